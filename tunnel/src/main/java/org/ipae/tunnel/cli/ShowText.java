// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.SessionStatus;
import org.ipae.tunnel.association.size.PathMtuState;
import org.ipae.tunnel.association.size.SizeStatus;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.control.KeyChange;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.link.Traffic;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.DropReason;
import org.jspecify.annotations.Nullable;

/** Prints a status for people; unknown values are left out. */
final class ShowText {
  private final Colours colours;

  ShowText(Colours colours) {
    this.colours = colours;
  }

  void print(NodeStatus s, PrintWriter out) {
    host(s, out);
    for (PeerStatus p : s.peers()) {
      out.println();
      print(p, s, out);
    }
    drops(s, out);
    out.flush();
  }

  private void host(NodeStatus s, PrintWriter out) {
    out.println(colours.strong("host " + s.name()));
    line(out, "public key", s.key().toString());
    key(s, out);
    String addresses = s.tunAddresses().isEmpty() ? "no address" : list(s.tunAddresses());
    line(out, "interface", s.tunName() + ", MTU " + s.tunMtu() + ", " + addresses);
    line(out, "listening", list(s.listen()));
    line(out, "lanes", Integer.toString(s.lanes()));
    line(out, "offload", offload(s));
    line(out, "encryption", s.encryption().toString());
    line(out, "running", Amount.duration(s.uptimeMillis()) + " (process " + s.pid() + ")");
  }

  private static void key(NodeStatus s, PrintWriter out) {
    KeyChange c = s.keyChange();
    if (c != null) {
      boolean swapped = c.step().swapped();
      line(out, swapped ? "key before" : "next key", (swapped ? c.from() : c.to()).toString());
      line(out, "key change", Redacted.text(keyChange(c)));
    } else if (s.keyDueMillis() >= 0) {
      line(out, "key change", "due in " + Amount.duration(s.keyDueMillis()));
    }
  }

  /** What a change of keys does, and what is in its way. */
  static String keyChange(KeyChange c) {
    if (c.held()) {
      return c.step().text() + "; held until ipae key rotate --continue";
    }
    String left = c.leftMillis() < 0 ? "" : ", " + Amount.duration(c.leftMillis()) + " more";
    String trouble =
        c.trouble().isEmpty()
            ? ""
            : "; for " + Amount.duration(c.troubleMillis()) + ": " + c.trouble();
    return c.step().text() + left + trouble;
  }

  /** Names only what is off. */
  private static String offload(NodeStatus s) {
    Offload o = s.offload();
    List<String> off = new ArrayList<>();
    if (!o.tunTcp()) {
      off.add("tun_tcp");
    }
    if (!o.tunUdp()) {
      off.add("tun_udp");
    }
    if (!o.udpGso()) {
      off.add("udp_gso");
    }
    if (!o.udpGro()) {
      off.add("udp_gro");
    }
    if (!s.encryption().byLibrary()) {
      off.add("crypto");
    }
    return off.isEmpty() ? "all" : "all but " + list(off);
  }

  /** One peer of a node. */
  void print(PeerStatus p, NodeStatus of, PrintWriter out) {
    PeerStatus.Liveness l = p.liveness();
    out.println(colours.strong("peer " + p.name()) + ": " + state(p));
    if (l.sendError() != null) {
      line(out, "send_refused", l.sendError());
    }
    if (l.unreadableRequests() > 0) {
      line(
          out,
          "hint",
          Amount.count(l.unreadableRequests(), "request")
              + " from this peer's address "
              + (l.unreadableRequests() == 1 ? "was" : "were")
              + " made for another key; check the key configured there");
    }
    if (!p.keys().isEmpty()) {
      line(out, "public key", list(p.keys().stream().map(PublicKey::toString).toList()));
    }
    dns(p.dns(), out);
    if (p.road().endpoint() != null) {
      line(out, "endpoint", p.road().endpoint());
    }
    session(p.session(), p.size(), out);
    if (p.contact().cookies() > 0) {
      String left = Amount.duration(p.contact().cookieForMillis());
      line(out, "cookies", p.contact().cookies() + ", usable for " + left);
    }
    Traffic t = p.traffic();
    if (t.receivedBytes() + t.sentBytes() > 0) {
      line(
          out,
          "transfer",
          Amount.bytes(t.receivedBytes()) + " received, " + Amount.bytes(t.sentBytes()) + " sent");
    }
    List<String> routes = p.routes().stream().map(r -> route(p, r)).toList();
    line(out, "routes", routes.isEmpty() ? "none" : list(routes));
    notSet(of, p, out);
    out.flush();
  }

  private static void dns(PeerStatus.@Nullable Dns d, PrintWriter out) {
    if (d == null) {
      return;
    }
    String text = d.verdict() + (d.reason().isEmpty() ? "" : ": " + d.reason());
    String valid = d.validMillis() > 0 ? "; keys good for " + Amount.duration(d.validMillis()) : "";
    String next =
        d.dueMillis() < 0
            ? "; being looked up"
            : "; looked up again in " + Amount.duration(d.dueMillis());
    line(out, "DNS", Redacted.text(text) + valid + next);
  }

  private static String route(PeerStatus p, Prefix route) {
    List<String> others = p.elsewhere().get(route);
    return Cidr.of(route) + (others == null ? "" : " (by " + list(others) + " now)");
  }

  /** A default route is two halves on the host. */
  private static void notSet(NodeStatus s, PeerStatus p, PrintWriter out) {
    s.routesNotSet()
        .forEach((prefix, why) -> {
          boolean half = prefix.length() == 1 && p.routes().stream().anyMatch(r -> half(r, prefix));
          if (half || p.routes().contains(prefix)) {
            line(out, "route not set", Cidr.of(prefix) + ": " + why);
          }
        });
  }

  private static boolean half(Prefix route, Prefix half) {
    return route.length() == 0 && route.isIpv4() == half.isIpv4();
  }

  private static void session(SessionStatus s, SizeStatus size, PrintWriter out) {
    if (s.suite() != null) {
      line(out, "suite", s.suite());
      line(out, "lanes", lanes(s));
      line(out, "path MTU", size.pathMtu() + pathMtu(size.pathMtuState()));
    }
    if (s.rttMicros() > 0) {
      line(out, "round trip", Amount.millis(s.rttMicros()));
    }
    if (s.lostDatagrams() > 0) {
      line(out, "loss", loss(s));
    }
    if (s.handshakeAgeMillis() >= 0) {
      line(out, "last handshake", Amount.ago(s.handshakeAgeMillis()));
    }
    if (s.receivedAgeMillis() >= 0) {
      line(out, "last received", Amount.ago(s.receivedAgeMillis()));
    }
  }

  private String state(PeerStatus p) {
    if (p.up()) {
      return colours.good("up");
    }
    Why state = p.liveness().state();
    String why = state.text();
    return state == Why.IDLE ? why : colours.bad("down") + ", " + why;
  }

  private static String pathMtu(PathMtuState state) {
    return switch (state) {
      case FIXED -> " (set by hand)";
      case BASE -> " (no probe answered yet)";
      case SEARCHING -> " (searching)";
      case FOUND -> "";
    };
  }

  private static String lanes(SessionStatus s) {
    return s.lanesApart() == 0
        ? Integer.toString(s.lanes())
        : s.lanes() + ", " + s.lanesApart() + " of them on their own UDP ports";
  }

  private static String loss(SessionStatus s) {
    long lost = s.lostDatagrams();
    double percent = 100.0 * lost / Math.max(s.sentDatagrams(), lost);
    return String.format(
        Locale.ROOT, "%.2f %% (%d of %d datagrams)", percent, lost, s.sentDatagrams());
  }

  private void drops(NodeStatus s, PrintWriter out) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (DropReason r : DropReason.values()) {
      long n = s.drops().getOrDefault(r, 0L);
      if (n > 0) {
        lines.put(r.label(), n + " (" + r.text() + errors(s, r) + ")");
      }
    }
    if (s.receiveDrops() > 0) {
      lines.put(
          "udp_receive_drops", s.receiveDrops() + " (datagram that the kernel had no room for)");
    }
    if (!lines.isEmpty()) {
      out.println();
      out.println(colours.strong("dropped"));
      lines.forEach((label, text) -> line(out, label, text));
    }
  }

  /** What the kernel said, behind what that means. */
  private static String errors(NodeStatus s, DropReason reason) {
    if (reason != DropReason.SEND_REFUSED) {
      return "";
    }
    List<String> all = new ArrayList<>();
    s.sendErrors().forEach((error, n) -> all.add(n + " " + error));
    return all.isEmpty() ? "" : ": " + list(all);
  }

  private static String list(List<String> texts) {
    return String.join(", ", texts);
  }

  private static void line(PrintWriter out, String label, String text) {
    out.println("  " + label + ": " + text);
  }
}
