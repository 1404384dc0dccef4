// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Who is called, and where.
 *
 * @param endpoint null if it is not known
 * @param configured where the configuration says that the peer may be, the preferred place first
 * @param port from which of our ports, as in {@link org.ipae.tunnel.wire.Path}
 * @param initMtu outer bytes that the INIT may be assumed to have
 * @param earlyMtu the same for the data behind it, which is not sent again if it is too big
 */
public record Target(
    PeerConfig settings,
    @Nullable Endpoint endpoint,
    List<Endpoint> configured,
    int port,
    int initMtu,
    int earlyMtu) {

  /** All places where the peer may be, the one to try first at the head. */
  List<Endpoint> places() {
    List<Endpoint> out = new ArrayList<>(configured);
    if (endpoint != null) {
      out.remove(endpoint);
      out.addFirst(endpoint);
    }
    return out;
  }
}
