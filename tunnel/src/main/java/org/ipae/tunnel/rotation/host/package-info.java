// SPDX-License-Identifier: Apache-2.0
/** A change of keys on this host: its files, its thread, its questions to DNS. */
@NullMarked
package org.ipae.tunnel.rotation.host;

import org.jspecify.annotations.NullMarked;
