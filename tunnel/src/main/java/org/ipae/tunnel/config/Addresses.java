// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host name. May block for seconds. */
@FunctionalInterface
public interface Addresses {
  /**
   * At least one address, the best first.
   *
   * @throws UnknownHostException if there is none
   */
  List<InetAddress> of(String name) throws UnknownHostException;

  /** The resolver of the operating system. */
  static Addresses system() {
    return name -> List.of(InetAddress.getAllByName(name));
  }
}
