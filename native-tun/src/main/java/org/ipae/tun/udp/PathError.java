// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

/**
 * What the network (by ICMP) or the kernel said about a datagram sent earlier. Anyone can forge an
 * ICMP message: take it as a hint.
 *
 * @param errno EMSGSIZE, ECONNREFUSED, EHOSTUNREACH, ...
 * @param mtu with EMSGSIZE the largest IP packet for the path, in bytes; otherwise 0
 * @param remoteHi destination of the datagram, upper half
 * @param remoteLo destination of the datagram, lower half
 * @param remotePort destination port; 0 when IPv4 of this host says it, which leaves it out
 * @param local whether this host's kernel said it, not the network
 */
public record PathError(
    int errno, int mtu, long remoteHi, long remoteLo, int remotePort, boolean local) {}
