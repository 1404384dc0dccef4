// SPDX-License-Identifier: Apache-2.0
/**
 * Segmentation and coalescing of inner packets, as the kernel does them: pure array code that turns
 * a superpacket of the TUN device into whole IP datagrams and whole IP datagrams into superpackets.
 * What is cut here from a superpacket and joined again is the same superpacket.
 */
@NullMarked
package org.ipae.tunnel.offload;

import org.jspecify.annotations.NullMarked;
