// SPDX-License-Identifier: Apache-2.0
/** A running gateway: how it starts and stops, and what connects its threads to the host. */
@NullMarked
package org.ipae.tunnel.node;

import org.jspecify.annotations.NullMarked;
