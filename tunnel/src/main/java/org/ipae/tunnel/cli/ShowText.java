package org.ipae.tunnel.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.tunnel.association.PathMtuState;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.wire.DropReason;

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
      print(p, out);
    }
    drops(s, out);
    out.flush();
  }

  private void host(NodeStatus s, PrintWriter out) {
    out.println(colours.strong("host " + s.name()));
    line(out, "public key", s.key().toString());
    String addresses = s.tunAddresses().isEmpty() ? "no address" : list(s.tunAddresses());
    line(out, "interface", s.tunName() + ", MTU " + s.tunMtu() + ", " + addresses);
    line(out, "listening", list(s.listen()));
    line(out, "lanes", Integer.toString(s.lanes()));
    line(out, "offload", offload(s.offload()));
    line(out, "running", Amount.duration(s.uptimeMillis()) + " (process " + s.pid() + ")");
  }

  /** Names only what is off. */
  private static String offload(Offload o) {
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
    if (!o.crypto()) {
      off.add("crypto");
    }
    return off.isEmpty() ? "all" : "all but " + list(off);
  }

  void print(PeerStatus p, PrintWriter out) {
    out.println(colours.strong("peer " + p.name()) + ": " + state(p));
    if (p.unreadable() > 0) {
      line(
          out,
          "hint",
          Amount.count(p.unreadable(), "request")
              + " from this peer's address "
              + (p.unreadable() == 1 ? "was" : "were")
              + " made for another key; check the key configured there");
    }
    line(out, "public key", p.key().toString());
    if (p.endpoint() != null) {
      line(out, "endpoint", p.endpoint());
    }
    if (p.suite() != null) {
      line(out, "suite", p.suite());
      line(out, "lanes", lanes(p));
      line(out, "path MTU", p.pathMtu() + pathMtu(p.pathMtuState()));
    }
    if (p.rttMicros() > 0) {
      line(out, "round trip", Amount.millis(p.rttMicros()));
    }
    if (p.lost() > 0) {
      line(out, "loss", loss(p));
    }
    if (p.handshakeAge() >= 0) {
      line(out, "last handshake", Amount.ago(p.handshakeAge()));
    }
    if (p.receivedAge() >= 0) {
      line(out, "last received", Amount.ago(p.receivedAge()));
    }
    if (p.cookies() > 0) {
      line(out, "cookies", p.cookies() + ", usable for " + Amount.duration(p.cookieFor()));
    }
    if (p.receivedBytes() + p.sentBytes() > 0) {
      line(
          out,
          "transfer",
          Amount.bytes(p.receivedBytes()) + " received, " + Amount.bytes(p.sentBytes()) + " sent");
    }
    line(out, "routes", p.routes().isEmpty() ? "none" : list(p.routes()));
    out.flush();
  }

  private String state(PeerStatus p) {
    if (p.up()) {
      return colours.good("up");
    }
    return p.why() == Why.IDLE ? p.why().text() : colours.bad("down") + ", " + p.why().text();
  }

  private static String pathMtu(PathMtuState state) {
    return switch (state) {
      case FIXED -> " (set by hand)";
      case BASE -> " (no probe answered yet)";
      case SEARCHING -> " (searching)";
      case FOUND -> "";
    };
  }

  private static String lanes(PeerStatus p) {
    return p.lanesApart() == 0
        ? Integer.toString(p.lanes())
        : p.lanes() + ", " + p.lanesApart() + " of them on their own UDP ports";
  }

  private static String loss(PeerStatus p) {
    double percent = 100.0 * p.lost() / Math.max(p.sentDatagrams(), p.lost());
    return String.format(
        Locale.ROOT, "%.2f %% (%d of %d datagrams)", percent, p.lost(), p.sentDatagrams());
  }

  private void drops(NodeStatus s, PrintWriter out) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (DropReason r : DropReason.values()) {
      long n = s.drops().getOrDefault(r, 0L);
      if (n > 0) {
        lines.put(r.label(), n + " (" + r.text() + ")");
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

  private static String list(List<String> texts) {
    return String.join(", ", texts);
  }

  private static void line(PrintWriter out, String label, String text) {
    out.println("  " + label + ": " + text);
  }
}
