// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import org.ipae.tunnel.wire.Endpoint;

/**
 * How the kernel would send to an address now.
 *
 * @param interfaceIndex by which a datagram would leave
 * @param source the address that it would have, with port 0
 */
public record Uplink(int interfaceIndex, Endpoint source) {}
