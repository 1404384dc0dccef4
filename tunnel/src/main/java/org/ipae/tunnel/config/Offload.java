// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

/**
 * The work that the kernel does for speed: what the configuration permits, or, in a status, what is
 * in use.
 *
 * @param tunTcp TCP superpackets and checksums at the TUN device
 * @param tunUdp UDP superpackets at the TUN device; only with {@code tunTcp}
 * @param udpGso runs of datagrams sent in one message
 * @param udpGro runs of datagrams received in one message
 */
public record Offload(boolean tunTcp, boolean tunUdp, boolean udpGso, boolean udpGro) {}
