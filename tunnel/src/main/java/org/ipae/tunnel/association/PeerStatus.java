// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.contact.ContactStatus;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.size.SizeStatus;
import org.ipae.tunnel.link.Traffic;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * A peer as {@code ipae show} tells it, each part made by what owns it. What is not known is null,
 * or -1 for an age.
 *
 * @param keys its static keys: the one in use or called first at the head
 * @param dns how it stands with its name; null if its keys are written in the configuration
 * @param elsewhere those of its prefixes that other gateways carry now, and which
 */
public record PeerStatus(
    String name,
    List<PublicKey> keys,
    @Nullable Dns dns,
    List<Prefix> routes,
    Map<Prefix, List<String>> elsewhere,
    Liveness liveness,
    Road road,
    SessionStatus session,
    SizeStatus size,
    ContactStatus contact,
    Traffic traffic) {

  public PeerStatus {
    keys = List.copyOf(keys);
    routes = List.copyOf(routes);
    elsewhere = Map.copyOf(elsewhere);
  }

  /**
   * What DNS says of a peer whose keys are there.
   *
   * @param verdict the latest: secure, insecure, bogus, absent or unreachable; unknown before
   * @param reason in one line; may be empty
   * @param validMillis how long its keys are good
   * @param dueMillis when it is looked up next; -1 while it is
   */
  public record Dns(String verdict, String reason, long validMillis, long dueMillis) {}

  /**
   * Whether traffic passes, and why not.
   *
   * @param attempt the exchange under way
   * @param sendError the C name of the error with which this host's kernel has refused to send to
   *     it within the last 10 s
   * @param unreadableRequests requests from this peer's address that no key of this host reads
   */
  public record Liveness(
      boolean up,
      Why state,
      Attempt attempt,
      @Nullable String sendError,
      long unreadableRequests) {}

  /**
   * Between which addresses datagrams go.
   *
   * @param endpoint where the peer is
   * @param localAddress this host's address
   * @param observedAddress this host's address and port as the peer sees them
   */
  public record Road(
      @Nullable String endpoint, @Nullable String localAddress, @Nullable String observedAddress) {}

  static PeerStatus of(Moment now, Association a, Sharing sharing) {
    return new PeerStatus(
        a.config().name(),
        a.initiation().keys(),
        null,
        a.config().routes(),
        sharing.elsewhere(a),
        a.liveness(now),
        a.sessions().roads().status(a.endpoint()),
        SessionStatus.of(now, a.sessions()),
        a.sessions().sizes().status(),
        a.initiation().status(now),
        a.link().traffic());
  }

  /** The same with what DNS says. */
  public PeerStatus with(Dns said) {
    return new PeerStatus(
        name, keys, said, routes, elsewhere, liveness, road, session, size, contact, traffic);
  }

  /** Whether traffic passes. */
  public boolean up() {
    return liveness.up;
  }
}
