// SPDX-License-Identifier: Apache-2.0
/** UDP sockets that move batches and know the local address of each datagram. */
@NullMarked
package org.ipae.tun.udp;

import org.jspecify.annotations.NullMarked;
