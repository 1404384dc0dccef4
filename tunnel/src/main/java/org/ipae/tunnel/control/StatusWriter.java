package org.ipae.tunnel.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.wire.DropReason;

/**
 * A status as JSON of schema 1. The names and their meaning are a promise: fields may be added,
 * none changes or goes. Milliseconds end in _ms, microseconds in _us; what is not known is null.
 */
public final class StatusWriter {
  /** Raised when a field changes its meaning or goes. */
  public static final int SCHEMA = 1;

  private StatusWriter() {}

  public static ObjectNode json(NodeStatus s) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("schema", SCHEMA)
        .put("name", s.name())
        .put("public_key", s.key().toString())
        .put("pid", s.pid())
        .put("uptime_ms", s.uptimeMillis());
    ObjectNode tun = out.putObject("tun").put("name", s.tunName()).put("mtu", s.tunMtu());
    texts(tun, "addresses", s.tunAddresses());
    out.put("lanes", s.lanes());
    texts(out, "listen", s.listen());
    texts(out, "suites", s.suites());
    out.putObject("offload")
        .put("tun_tcp", s.offload().tunTcp())
        .put("tun_udp", s.offload().tunUdp())
        .put("udp_gso", s.offload().udpGso())
        .put("udp_gro", s.offload().udpGro())
        .put("crypto", s.offload().crypto());
    for (PeerStatus p : s.peers()) {
      out.withArray("peers").add(peer(p));
    }
    out.withArray("peers");
    ObjectNode drops = out.putObject("drops");
    for (DropReason r : DropReason.values()) {
      drops.put(r.label(), s.drops().getOrDefault(r, 0L));
    }
    out.put("udp_receive_drops", s.receiveDrops());
    return out;
  }

  private static ObjectNode peer(PeerStatus p) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("name", p.name())
        .put("public_key", p.key().toString())
        .put("up", p.up())
        .put("state", p.why().name().toLowerCase(Locale.ROOT))
        .put("reason", p.why().text())
        .put("attempt", p.attempt().name().toLowerCase(Locale.ROOT))
        .put("endpoint", p.endpoint())
        .put("local_address", p.local())
        .put("observed_address", p.observed())
        .put("suite", p.suite())
        .put("lanes", p.lanes())
        .put("lanes_apart", p.lanesApart())
        .put("path_mtu", p.pathMtu())
        .put("path_mtu_state", p.pathMtuState().label());
    known(out, "handshake_age_ms", p.handshakeAge(), 0);
    known(out, "received_age_ms", p.receivedAge(), 0);
    known(out, "rtt_us", p.rttMicros(), 1);
    out.put("sent_datagrams", p.sentDatagrams())
        .put("lost_datagrams", p.lost())
        .put("cookies", p.cookies())
        .put("cookie_for_ms", p.cookieFor())
        .put("sent_packets", p.sentPackets())
        .put("sent_bytes", p.sentBytes())
        .put("received_packets", p.receivedPackets())
        .put("received_bytes", p.receivedBytes())
        .put("sessions", p.handshakes())
        .put("early_data_packets", p.earlyData())
        .put("unreadable_requests", p.unreadable());
    texts(out, "routes", p.routes().stream().map(r -> Cidr.parse(r).toString()).toList());
    return out;
  }

  private static void known(ObjectNode out, String key, long value, long least) {
    if (value < least) {
      out.putNull(key);
    } else {
      out.put(key, value);
    }
  }

  private static void texts(ObjectNode out, String key, List<String> texts) {
    var array = out.putArray(key);
    texts.forEach(array::add);
  }
}
