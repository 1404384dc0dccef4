// SPDX-License-Identifier: Apache-2.0
/** Where the datagrams of a session go: the path of each lane, challenges to new ones, NAT. */
@NullMarked
package org.ipae.tunnel.association.way;

import org.jspecify.annotations.NullMarked;
