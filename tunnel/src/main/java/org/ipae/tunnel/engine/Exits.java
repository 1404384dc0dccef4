// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

/**
 * Where the output of a sending thread goes.
 *
 * @param network takes sealed datagrams
 * @param device takes the ICMP packets that tell inner senders to send smaller packets
 */
public record Exits(DatagramSink network, PacketSink device) {}
