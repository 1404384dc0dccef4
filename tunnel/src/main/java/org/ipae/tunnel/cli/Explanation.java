// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.host.Egress;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What would happen to a packet of this host.
 *
 * @param route how the kernel would send it
 * @param peer whose prefix covers it best, or who carries that prefix now; null if there is none
 * @param prefix the one that covers it
 * @param datagrams how the kernel would send what carries it; null if that is not known
 * @param leaves whether it would leave this host encrypted
 * @param reason why, or why not
 */
record Explanation(
    Endpoint to,
    Egress route,
    @Nullable PeerStatus peer,
    @Nullable Prefix prefix,
    @Nullable Egress datagrams,
    boolean leaves,
    String reason) {

  /** Asks the kernel how it would send a datagram of the daemon. */
  interface OwnWays {
    Egress to(Endpoint endpoint) throws IOException;
  }

  private record Match(PeerStatus peer, Prefix prefix) {}

  static Explanation of(
      Endpoint to, String tun, @Nullable NodeStatus node, Egress route, OwnWays ways)
      throws IOException {
    Match match = node == null ? null : match(to, node);
    if (match == null) {
      return new Explanation(to, route, null, null, null, false, withoutPeer(tun, node, route));
    }
    PeerStatus peer = match.peer;
    String endpoint = peer.road().endpoint();
    Endpoint remote = endpoint == null ? null : Address.parse(endpoint).written();
    Egress datagrams = remote == null ? null : ways.to(remote);
    String hindrance = hindrance(tun, match, route, datagrams);
    String reason =
        hindrance != null
            ? hindrance
            : peer.up()
                ? "it would leave encrypted, to " + peer.name()
                : "it would leave encrypted, after a handshake with " + peer.name();
    return new Explanation(to, route, peer, match.prefix, datagrams, hindrance == null, reason);
  }

  private static @Nullable Match match(Endpoint to, NodeStatus node) {
    Match best = null;
    for (PeerStatus p : node.peers()) {
      for (Prefix r : p.routes()) {
        List<String> others = p.elsewhere().get(r);
        boolean carries = others == null || others.contains(p.name());
        if (r.contains(to.hi(), to.lo())
            && carries
            && (best == null || r.length() > best.prefix.length())) {
          best = new Match(p, r);
        }
      }
    }
    return best;
  }

  private static String withoutPeer(String tun, @Nullable NodeStatus node, Egress route) {
    if (route.refusal() != null) {
      return "it would not leave: "
          + route.refusal()
          + (node == null ? ", and ipae is not running" : "");
    }
    if (route.local()) {
      return "it would not leave: the address is this host's own";
    }
    if (!tun.equals(route.device())) {
      return "it would leave in the clear, by " + route.device() + ": no peer has a route for it";
    }
    return node == null
        ? "it would not leave: ipae is not running"
        : "it would not leave: no peer has a route for it (no_route)";
  }

  private static @Nullable String hindrance(
      String tun, Match match, Egress route, @Nullable Egress datagrams) {
    PeerStatus peer = match.peer;
    if (route.refusal() != null) {
      return "it would not leave: "
          + route.refusal()
          + ", before the route of "
          + peer.name()
          + "; see routes_not_set in ipae show";
    }
    if (route.local()) {
      return "it would not leave: the address is this host's own";
    }
    if (!tun.equals(route.device())) {
      return "it would leave in the clear, by "
          + route.device()
          + ": that route comes before "
          + Cidr.of(match.prefix)
          + " of "
          + peer.name();
    }
    if (datagrams != null && datagrams.refusal() != null) {
      return "it would not leave: on the way to " + peer.road().endpoint() + " " + datagrams;
    }
    if (datagrams != null && tun.equals(datagrams.device())) {
      return "it would not leave: the way to "
          + peer.road().endpoint()
          + " leads into the tunnel; see table and ports in ipae.toml(5)";
    }
    boolean sends = peer.up() || peer.liveness().state() == Why.IDLE;
    return sends
        ? null
        : "it would not leave: " + peer.name() + " is down, " + peer.liveness().state().text();
  }

  String text() {
    StringBuilder out = new StringBuilder("to " + to.host());
    line(out, "route", route.toString());
    if (peer != null && prefix != null) {
      line(out, "peer", peer.name() + ", by " + Cidr.of(prefix));
      line(out, "state", peer.liveness().state().text());
      if (datagrams != null) {
        line(out, "datagrams", "to " + peer.road().endpoint() + ", " + datagrams);
      }
      if (peer.size().pathMtu() > 0) {
        line(out, "path MTU", Integer.toString(peer.size().pathMtu()));
      }
    }
    return out.append('\n').append(reason).toString();
  }

  private static void line(StringBuilder out, String label, String text) {
    out.append("\n  ").append(label).append(": ").append(text);
  }

  ObjectNode json() {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("schema", 1).put("to", to.host()).put("leaves", leaves).put("reason", reason);
    out.set("route", json(route));
    out.put("peer", peer == null ? null : peer.name());
    out.put("prefix", prefix == null ? null : Cidr.of(prefix).toString());
    out.put("state", peer == null ? null : peer.liveness().state().name().toLowerCase(Locale.ROOT));
    out.put("endpoint", peer == null ? null : peer.road().endpoint());
    out.set("datagrams", datagrams == null ? null : json(datagrams));
    return out;
  }

  private static ObjectNode json(Egress e) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("interface", e.device())
        .put("gateway", e.gateway())
        .put("source", e.source())
        .put("table", e.table().isEmpty() ? null : e.table())
        .put("refusal", e.refusal());
  }
}
