// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host name. May block for seconds. */
@FunctionalInterface
public interface Addresses {
  /**
   * At least one address, the best first, IPv6 and IPv4 by turns (RFC 8305 section 4).
   *
   * @throws UnknownHostException if there is none
   */
  List<InetAddress> of(String name) throws UnknownHostException;
}
