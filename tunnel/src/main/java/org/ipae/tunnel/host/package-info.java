// SPDX-License-Identifier: Apache-2.0
/** What the daemon sets on the host: interface, addresses, routes. */
@NullMarked
package org.ipae.tunnel.host;

import org.jspecify.annotations.NullMarked;
