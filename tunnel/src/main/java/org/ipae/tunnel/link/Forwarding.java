// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import org.ipae.tunnel.routing.RouteTable;

/**
 * Where inner packets go: an immutable snapshot.
 *
 * @param routes inner prefixes to what has them, for destinations and for the check of sources
 */
public record Forwarding(RouteTable<Hop> routes) {}
