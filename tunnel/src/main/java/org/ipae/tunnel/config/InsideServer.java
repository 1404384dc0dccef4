// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.List;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.wire.Endpoint;

/**
 * A name server that is asked through the tunnel while a peer is up.
 *
 * @param server in a network of the peer
 * @param peer its name
 */
public record InsideServer(Address server, String peer) {
  private static final String VIA = " via ";

  @Override
  public String toString() {
    return server.host() + (server.port() == Dns.PORT ? "" : " port " + server.port()) + VIA + peer;
  }

  /** Whether a text is one, rather than a server outside. */
  static boolean is(String text) {
    return text.contains(VIA);
  }

  /**
   * Reads {@code ADDRESS via PEER}.
   *
   * @throws BadText with what is wrong and what to do
   */
  static InsideServer parse(String text, List<Config.Peer> peers) {
    int at = text.indexOf(VIA);
    Address server = Dns.server(text.substring(0, at).strip());
    String name = text.substring(at + VIA.length()).strip();
    Config.Peer peer =
        peers.stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new BadText(
                    "\"" + name + "\" is no peer", "name the [[peer]] that leads to the server"));
    Endpoint e = server.written();
    if (e == null || peer.settings().routes().stream().noneMatch(r -> r.contains(e.hi(), e.lo()))) {
      throw new BadText(
          server.host() + " is in no route of peer " + name,
          "add it to the peer's routes, or leave \"via " + name + "\" out");
    }
    return new InsideServer(server, name);
  }
}
