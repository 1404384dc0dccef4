// SPDX-License-Identifier: Apache-2.0
/** Links, addresses and routes of the host: asked for, changed, watched. */
@NullMarked
package org.ipae.tun.netlink;

import org.jspecify.annotations.NullMarked;
