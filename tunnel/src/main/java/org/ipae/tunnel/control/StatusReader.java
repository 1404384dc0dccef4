// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.SessionStatus;
import org.ipae.tunnel.association.contact.ContactStatus;
import org.ipae.tunnel.association.size.PathMtuState;
import org.ipae.tunnel.association.size.SizeStatus;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.link.Traffic;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.rotation.Step;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.DropReason;
import org.jspecify.annotations.Nullable;

/** The inverse of {@link StatusWriter}. */
final class StatusReader {
  private StatusReader() {}

  /**
   * @throws IllegalArgumentException if it is no status of schema 1
   */
  static NodeStatus status(JsonNode in) {
    if (in.path("schema").asInt() != StatusWriter.SCHEMA) {
      throw new IllegalArgumentException("no status of schema " + StatusWriter.SCHEMA);
    }
    List<PeerStatus> peers = new ArrayList<>();
    in.path("peers").forEach(p -> peers.add(peer(p)));
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    for (DropReason r : DropReason.values()) {
      drops.put(r, in.path("drops").path(r.label()).asLong());
    }
    JsonNode tun = in.path("tun");
    return new NodeStatus(
        in.path("name").asText(),
        PublicKey.parse(in.path("public_key").asText()),
        keyChange(in.path("key_change")),
        in.path("key_change_due_ms").asLong(-1),
        in.path("pid").asLong(),
        in.path("uptime_ms").asLong(),
        in.path("heap_bytes").asLong(),
        tun.path("name").asText(),
        tun.path("mtu").asInt(),
        texts(tun.path("addresses")),
        in.path("lanes").asInt(),
        texts(in.path("listen")),
        texts(in.path("suites")),
        offload(in.path("offload")),
        encryption(in.path("encryption")),
        drops,
        in.path("udp_receive_drops").asLong(),
        counts(in.path("send_errors")),
        notSet(in.path("routes_not_set")),
        peers);
  }

  private static @Nullable KeyChange keyChange(JsonNode in) {
    if (!in.isObject()) {
      return null;
    }
    String trouble = text(in, "trouble");
    return new KeyChange(
        Step.valueOf(in.path("step").asText().toUpperCase(Locale.ROOT)),
        PublicKey.parse(in.path("from").asText()),
        PublicKey.parse(in.path("to").asText()),
        in.path("held").asBoolean(),
        in.path("left_ms").asLong(-1),
        trouble == null ? "" : trouble,
        in.path("trouble_ms").asLong(-1));
  }

  private static Map<String, Long> counts(JsonNode in) {
    Map<String, Long> out = new HashMap<>();
    in.properties().forEach(p -> out.put(p.getKey(), p.getValue().asLong()));
    return out;
  }

  private static Map<Prefix, String> notSet(JsonNode in) {
    Map<Prefix, String> out = new HashMap<>();
    in.properties().forEach(p -> out.put(Cidr.parse(p.getKey()).prefix(), p.getValue().asText()));
    return out;
  }

  private static Offload offload(JsonNode in) {
    return new Offload(
        in.path("tun_tcp").asBoolean(),
        in.path("tun_udp").asBoolean(),
        in.path("udp_gso").asBoolean(),
        in.path("udp_gro").asBoolean());
  }

  private static Encryption encryption(JsonNode in) {
    return new Encryption(
        in.path("name").asText(), text(in, "file"), text(in, "sha256"), text(in, "reason"));
  }

  private static PeerStatus peer(JsonNode in) {
    return new PeerStatus(
        in.path("name").asText(),
        texts(in.path("public_keys")).stream().map(PublicKey::parse).toList(),
        dns(in.path("dns")),
        texts(in.path("routes")).stream().map(r -> Cidr.parse(r).prefix()).toList(),
        elsewhere(in.path("routes_elsewhere")),
        liveness(in),
        road(in),
        session(in),
        size(in),
        contact(in),
        traffic(in));
  }

  private static PeerStatus.@Nullable Dns dns(JsonNode in) {
    if (!in.isObject()) {
      return null;
    }
    String reason = text(in, "reason");
    return new PeerStatus.Dns(
        in.path("verdict").asText(),
        reason == null ? "" : reason,
        in.path("valid_ms").asLong(),
        in.path("next_ms").asLong(-1));
  }

  private static Map<Prefix, List<String>> elsewhere(JsonNode in) {
    Map<Prefix, List<String>> out = new HashMap<>();
    in.properties().forEach(p -> out.put(Cidr.parse(p.getKey()).prefix(), texts(p.getValue())));
    return out;
  }

  private static PeerStatus.Liveness liveness(JsonNode in) {
    return new PeerStatus.Liveness(
        in.path("up").asBoolean(),
        Why.valueOf(in.path("state").asText().toUpperCase(Locale.ROOT)),
        Attempt.valueOf(in.path("attempt").asText().toUpperCase(Locale.ROOT)),
        text(in, "send_error"),
        in.path("unreadable_requests").asLong());
  }

  private static PeerStatus.Road road(JsonNode in) {
    return new PeerStatus.Road(
        text(in, "endpoint"), text(in, "local_address"), text(in, "observed_address"));
  }

  private static SessionStatus session(JsonNode in) {
    return new SessionStatus(
        text(in, "suite"),
        in.path("lanes").asInt(),
        in.path("lanes_apart").asInt(),
        in.path("handshake_age_ms").asLong(-1),
        in.path("received_age_ms").asLong(-1),
        in.path("rtt_us").asLong(0),
        in.path("sent_datagrams").asLong(),
        in.path("lost_datagrams").asLong(),
        in.path("sessions").asLong());
  }

  private static SizeStatus size(JsonNode in) {
    return new SizeStatus(
        in.path("path_mtu").asInt(),
        PathMtuState.valueOf(in.path("path_mtu_state").asText().toUpperCase(Locale.ROOT)));
  }

  private static ContactStatus contact(JsonNode in) {
    return new ContactStatus(
        in.path("cookies").asLong(),
        in.path("cookie_for_ms").asLong(),
        in.path("early_data_packets").asLong());
  }

  private static Traffic traffic(JsonNode in) {
    return new Traffic(
        in.path("sent_packets").asLong(),
        in.path("sent_bytes").asLong(),
        in.path("received_packets").asLong(),
        in.path("received_bytes").asLong());
  }

  private static @Nullable String text(JsonNode in, String key) {
    return in.path(key).isTextual() ? in.path(key).textValue() : null;
  }

  static List<String> texts(JsonNode in) {
    List<String> out = new ArrayList<>();
    in.forEach(n -> out.add(n.asText()));
    return out;
  }
}
