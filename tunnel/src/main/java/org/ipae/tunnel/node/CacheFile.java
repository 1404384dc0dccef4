// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.contact.StoredCookie;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.host.PrivateJson;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * The peer cache on disk: {@code peers.json} in the state directory, mode 0600, replaced whole. A
 * missing or damaged file costs a round trip, never a failure. Cookies count only within one boot,
 * whose clock their ages are measured by.
 */
final class CacheFile {
  private static final int SCHEMA = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String bootId;

  CacheFile(Path stateDirectory, String bootId) {
    file = stateDirectory.resolve("peers.json");
    this.bootId = bootId;
  }

  /**
   * What the file says, without cookies that were learnt at addresses this host no longer has; a
   * damaged file is set aside with one log line.
   *
   * @param own the addresses of this host, with port 0
   */
  Map<PublicKey, CachedPeer> load(Set<Endpoint> own) {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      return parse(root, own);
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      setAside();
      return Map.of();
    } catch (IOException e) {
      Log.warn(file + ": cannot be read (" + Reason.of(e) + "): starting without the peer cache");
      return Map.of();
    }
  }

  private void setAside() {
    Path aside = file.resolveSibling("peers.json.damaged");
    String outcome = "set aside as " + aside.getFileName();
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      outcome = "ignored";
    }
    Log.warn(file + ": damaged, " + outcome + "; the next handshakes take one round trip more");
  }

  private Map<PublicKey, CachedPeer> parse(JsonNode root, Set<Endpoint> own) {
    if (root.path("schema").asInt() != SCHEMA || !root.path("peers").isArray()) {
      throw new IllegalArgumentException("not a peer cache");
    }
    boolean sameBoot = root.path("boot").asText().equals(bootId);
    Map<PublicKey, CachedPeer> out = new HashMap<>();
    for (JsonNode p : root.path("peers")) {
      PublicKey key = PublicKey.parse(p.path("key").asText());
      List<StoredCookie> cookies = new ArrayList<>();
      if (sameBoot) {
        for (JsonNode c : p.path("cookies")) {
          StoredCookie cookie = cookie(c);
          if (usable(cookie, own)) {
            cookies.add(cookie);
          } else {
            cookie.close();
          }
        }
      }
      out.put(
          key,
          new CachedPeer(
              key,
              p.path("rank").asInt(),
              endpoint(p.path("address"), p.path("port").asInt()),
              p.path("suites").asInt(),
              p.path("rtt_us").asLong(),
              p.path("path_mtu").asInt(),
              cookies));
    }
    return out;
  }

  private static boolean usable(StoredCookie c, Set<Endpoint> own) {
    return (c.localHi() | c.localLo()) == 0
        || own.contains(new Endpoint(c.localHi(), c.localLo(), 0));
  }

  private static @Nullable Endpoint endpoint(JsonNode address, int port) {
    return address.isTextual() ? Endpoint.of(bytes(address, 16), port) : null;
  }

  private static StoredCookie cookie(JsonNode c) {
    Endpoint local = Endpoint.of(bytes(c.path("local"), 16), 0);
    return new StoredCookie(
        bytes(c.path("tag"), Sizes.COOKIE_TAG),
        Secret.take(bytes(c.path("key"), Sizes.COOKIE_KEY)),
        c.path("received_ms").asLong(),
        c.path("ttl_ms").asLong(),
        local.hi(),
        local.lo(),
        Strength.valueOf(c.path("strength").asText().toUpperCase(Locale.ROOT)));
  }

  private static byte[] bytes(JsonNode node, int length) {
    byte[] b;
    try {
      b = node.binaryValue();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
    if (b == null || b.length != length) {
      throw new IllegalArgumentException("a field has the wrong length");
    }
    return b;
  }

  /** Replaces the file; fails with the reason. */
  void save(List<CachedPeer> peers) throws IOException {
    PrivateJson.replace(
        file,
        json -> {
          json.writeNumberField("schema", SCHEMA);
          json.writeStringField("boot", bootId);
          json.writeArrayFieldStart("peers");
          for (CachedPeer p : peers) {
            write(json, p);
          }
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, CachedPeer p) throws IOException {
    json.writeStartObject();
    json.writeStringField("key", p.key().toString());
    json.writeNumberField("rank", p.rank());
    Endpoint e = p.endpoint();
    if (e != null) {
      json.writeBinaryField("address", e.address());
      json.writeNumberField("port", e.port());
    }
    json.writeNumberField("suites", p.suites());
    json.writeNumberField("rtt_us", p.rttMicros());
    json.writeNumberField("path_mtu", p.pathMtu());
    json.writeArrayFieldStart("cookies");
    for (StoredCookie c : p.cookies()) {
      json.writeStartObject();
      json.writeBinaryField("tag", c.tag());
      json.writeBinaryField("key", c.key().bytes());
      json.writeNumberField("received_ms", c.receivedAt());
      json.writeNumberField("ttl_ms", c.ttl());
      json.writeBinaryField("local", new Endpoint(c.localHi(), c.localLo(), 0).address());
      json.writeStringField("strength", c.strength().name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
