// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.SessionStatus;
import org.ipae.tunnel.association.contact.ContactStatus;
import org.ipae.tunnel.association.size.SizeStatus;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.link.Traffic;
import org.ipae.tunnel.wire.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * A status as JSON of schema 1. The names and their meaning are a promise: fields may be added,
 * none changes or goes. Milliseconds end in _ms, microseconds in _us; what is not known is null.
 */
public final class StatusWriter {
  /** Raised when a field changes its meaning or goes. */
  public static final int SCHEMA = 1;

  private StatusWriter() {}

  /** Writes an object; a peer at a time, because a node may have thousands. */
  static void write(NodeStatus s, JsonGenerator out) throws IOException {
    out.writeStartObject();
    fields(host(s), out);
    out.writeArrayFieldStart("peers");
    for (PeerStatus p : s.peers()) {
      out.writeTree(peer(p));
    }
    out.writeEndArray();
    ObjectNode drops = JsonNodeFactory.instance.objectNode();
    for (DropReason r : DropReason.values()) {
      drops.put(r.label(), s.drops().getOrDefault(r, 0L));
    }
    out.writeFieldName("drops");
    out.writeTree(drops);
    out.writeNumberField("udp_receive_drops", s.receiveDrops());
    counts(out, "send_errors", s.sendErrors());
    ObjectNode notSet = JsonNodeFactory.instance.objectNode();
    s.routesNotSet().forEach((p, why) -> notSet.put(Cidr.of(p).toString(), why));
    out.writeFieldName("routes_not_set");
    out.writeTree(notSet);
    out.writeEndObject();
  }

  private static void counts(JsonGenerator out, String name, Map<String, Long> all)
      throws IOException {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    all.forEach(node::put);
    out.writeFieldName(name);
    out.writeTree(node);
  }

  private static void fields(ObjectNode from, JsonGenerator out) throws IOException {
    for (Map.Entry<String, JsonNode> f : from.properties()) {
      out.writeFieldName(f.getKey());
      out.writeTree(f.getValue());
    }
  }

  private static ObjectNode host(NodeStatus s) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("schema", SCHEMA).put("name", s.name()).put("public_key", s.key().toString());
    keyChange(out, s.keyChange());
    known(out, "key_change_due_ms", s.keyDueMillis(), 0);
    out.put("pid", s.pid()).put("uptime_ms", s.uptimeMillis()).put("heap_bytes", s.heap());
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
        .put("crypto", s.encryption().byLibrary());
    Encryption e = s.encryption();
    out.putObject("encryption")
        .put("by", e.byLibrary() ? "library" : "jdk")
        .put("name", e.name())
        .put("file", e.file())
        .put("sha256", e.sha256())
        .put("reason", e.reason());
    return out;
  }

  private static void keyChange(ObjectNode out, @Nullable KeyChange c) {
    if (c == null) {
      out.putNull("key_change");
      return;
    }
    ObjectNode change = out.putObject("key_change");
    change
        .put("step", c.step().name().toLowerCase(Locale.ROOT))
        .put("text", c.step().text())
        .put("from", c.from().toString())
        .put("to", c.to().toString())
        .put("held", c.held());
    known(change, "left_ms", c.leftMillis(), 0);
    change.put("trouble", c.trouble().isEmpty() ? null : c.trouble());
    known(change, "trouble_ms", c.troubleMillis(), 0);
  }

  private static ObjectNode peer(PeerStatus p) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("name", p.name());
    out.put("public_key", p.keys().isEmpty() ? null : p.keys().getFirst().toString());
    texts(out, "public_keys", p.keys().stream().map(PublicKey::toString).toList());
    dns(out, p.dns());
    liveness(out, p.liveness());
    road(out, p.road());
    session(out, p.session());
    size(out, p.size());
    contact(out, p.contact());
    traffic(out, p.traffic());
    texts(out, "routes", p.routes().stream().map(r -> Cidr.of(r).toString()).toList());
    ObjectNode elsewhere = out.putObject("routes_elsewhere");
    p.elsewhere().forEach((r, by) -> texts(elsewhere, Cidr.of(r).toString(), by));
    return out;
  }

  private static void dns(ObjectNode out, PeerStatus.@Nullable Dns d) {
    if (d == null) {
      out.putNull("dns");
      return;
    }
    ObjectNode dns = out.putObject("dns").put("verdict", d.verdict());
    dns.put("reason", d.reason().isEmpty() ? null : d.reason()).put("valid_ms", d.validMillis());
    known(dns, "next_ms", d.dueMillis(), 0);
  }

  private static void liveness(ObjectNode out, PeerStatus.Liveness l) {
    out.put("up", l.up())
        .put("state", l.state().name().toLowerCase(Locale.ROOT))
        .put("reason", l.state().text())
        .put("attempt", l.attempt().name().toLowerCase(Locale.ROOT))
        .put("send_error", l.sendError())
        .put("unreadable_requests", l.unreadableRequests());
  }

  private static void road(ObjectNode out, PeerStatus.Road r) {
    out.put("endpoint", r.endpoint())
        .put("local_address", r.localAddress())
        .put("observed_address", r.observedAddress());
  }

  private static void session(ObjectNode out, SessionStatus s) {
    out.put("suite", s.suite()).put("lanes", s.lanes()).put("lanes_apart", s.lanesApart());
    known(out, "handshake_age_ms", s.handshakeAgeMillis(), 0);
    known(out, "received_age_ms", s.receivedAgeMillis(), 0);
    known(out, "rtt_us", s.rttMicros(), 1);
    out.put("sent_datagrams", s.sentDatagrams())
        .put("lost_datagrams", s.lostDatagrams())
        .put("sessions", s.sessions());
  }

  private static void size(ObjectNode out, SizeStatus s) {
    out.put("path_mtu", s.pathMtu()).put("path_mtu_state", s.pathMtuState().label());
  }

  private static void contact(ObjectNode out, ContactStatus c) {
    out.put("cookies", c.cookies())
        .put("cookie_for_ms", c.cookieForMillis())
        .put("early_data_packets", c.earlyDataPackets());
  }

  private static void traffic(ObjectNode out, Traffic t) {
    out.put("sent_packets", t.sentPackets())
        .put("sent_bytes", t.sentBytes())
        .put("received_packets", t.receivedPackets())
        .put("received_bytes", t.receivedBytes());
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
