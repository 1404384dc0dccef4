package org.ipae.tunnel.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Offload;

/** What a reload changes, a line each; and what it cannot change, which says so. */
final class ConfigDiff {

  private ConfigDiff() {}

  static List<String> of(Config before, Config after) {
    List<String> out = new ArrayList<>();
    Map<PublicKey, Config.Peer> old = new HashMap<>();
    before.peers().forEach(p -> old.put(p.key(), p));
    for (Config.Peer p : after.peers()) {
      Config.Peer was = old.remove(p.key());
      if (was == null) {
        out.add("+ peer " + p.name() + " " + p.routes());
      } else {
        peer(was, p, out);
      }
    }
    old.values().forEach(p -> out.add("- peer " + p.name() + " " + p.routes()));
    restart(out, "private_key", before.privateKey(), after.privateKey());
    restart(out, "listen", before.listen(), after.listen());
    restart(out, "socket", before.socket(), after.socket());
    restart(out, "state_dir", before.stateDir(), after.stateDir());
    restart(out, "lanes", before.lanes(), after.lanes());
    restart(out, "suites", before.suites(), after.suites());
    restart(out, "vhosts", before.vhosts(), after.vhosts());
    restart(out, "rekey", before.rekey(), after.rekey());
    restart(out, "fwmark", before.fwmark(), after.fwmark());
    restart(out, "table", before.table(), after.table());
    restart(out, "route_protocol", before.routeProtocol(), after.routeProtocol());
    restart(out, "metric", before.metric(), after.metric());
    restart(out, "tun.name", before.tun().name(), after.tun().name());
    restart(
        out,
        "tun.addresses",
        before.tun().addresses().toString(),
        after.tun().addresses().toString());
    restart(
        out,
        "tun.mtu",
        autoOr(before.tun().auto(), before.tun().mtu()),
        autoOr(after.tun().auto(), after.tun().mtu()));
    offload(before.offload(), after.offload(), out);
    return out;
  }

  private static void offload(Offload before, Offload after, List<String> out) {
    restart(out, "offload.tun_tcp", before.tunTcp(), after.tunTcp());
    restart(out, "offload.tun_udp", before.tunUdp(), after.tunUdp());
    restart(out, "offload.udp_gso", before.udpGso(), after.udpGso());
    restart(out, "offload.udp_gro", before.udpGro(), after.udpGro());
    restart(out, "offload.crypto", before.crypto(), after.crypto());
  }

  private static void peer(Config.Peer was, Config.Peer p, List<String> out) {
    List<String> what = new ArrayList<>();
    note(what, "name", was.name(), p.name());
    note(what, "endpoint", was.endpoint(), p.endpoint());
    note(what, "routes", was.routes().toString(), p.routes().toString());
    note(what, "vhost", was.vhost(), p.vhost());
    note(what, "keepalive", was.keepAlive(), p.keepAlive());
    note(what, "early_data", was.earlyData(), p.earlyData());
    note(what, "require_pq", was.requirePq(), p.requirePq());
    note(what, "padding", was.padding(), p.padding());
    note(
        what,
        "path_mtu",
        autoOr(was.pathMtu() == 0, was.pathMtu()),
        autoOr(p.pathMtu() == 0, p.pathMtu()));
    if (!what.isEmpty()) {
      out.add("~ peer " + p.name() + " " + String.join(", ", what));
    }
  }

  private static String autoOr(boolean auto, int number) {
    return auto ? "auto" : Integer.toString(number);
  }

  private static void note(
      List<String> what,
      String name,
      @org.jspecify.annotations.Nullable Object before,
      @org.jspecify.annotations.Nullable Object after) {
    if (!Objects.equals(before, after)) {
      what.add(name + " " + before + " -> " + after);
    }
  }

  private static void restart(List<String> out, String key, Object before, Object after) {
    if (!before.equals(after)) {
      out.add("! " + key + " " + before + " -> " + after + " (takes effect after a restart)");
    }
  }
}
