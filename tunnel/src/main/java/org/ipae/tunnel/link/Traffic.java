// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

/** Inner packets and bytes exchanged with a peer since it is known. */
public record Traffic(long sentPackets, long sentBytes, long receivedPackets, long receivedBytes) {}
