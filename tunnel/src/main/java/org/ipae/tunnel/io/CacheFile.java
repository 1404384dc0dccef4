package org.ipae.tunnel.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.CachedPeer.StoredCookie;
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

  /** What the file says; a damaged one is set aside with one log line. */
  Map<PublicKey, CachedPeer> load() {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      return parse(root);
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      setAside();
      return Map.of();
    } catch (IOException e) {
      Log.LOG.log(
          System.Logger.Level.WARNING,
          file + ": cannot be read (" + e.getMessage() + "): starting without the peer cache");
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
    Log.LOG.log(
        System.Logger.Level.WARNING,
        file + ": damaged, " + outcome + "; the next handshakes take one round trip more");
  }

  private Map<PublicKey, CachedPeer> parse(JsonNode root) {
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
          cookies.add(cookie(c));
        }
      }
      out.put(
          key,
          new CachedPeer(
              key,
              endpoint(p.path("address"), p.path("port").asInt()),
              p.path("suites").asInt(),
              p.path("rtt_us").asLong(),
              p.path("path_mtu").asInt(),
              cookies));
    }
    return out;
  }

  private static @Nullable Endpoint endpoint(JsonNode address, int port) {
    return address.isTextual() ? Endpoint.of(bytes(address, 16), port) : null;
  }

  private static StoredCookie cookie(JsonNode c) {
    Endpoint local = Endpoint.of(bytes(c.path("local"), 16), 0);
    return new StoredCookie(
        bytes(c.path("tag"), Sizes.COOKIE_TAG),
        bytes(c.path("key"), Sizes.COOKIE_KEY),
        c.path("received_ms").asLong(),
        c.path("ttl_ms").asLong(),
        local.hi(),
        local.lo(),
        c.path("in_tunnel").asBoolean());
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
    ObjectNode root = JSON.createObjectNode();
    root.put("schema", SCHEMA).put("boot", bootId);
    ArrayNode list = root.putArray("peers");
    for (CachedPeer p : peers) {
      ObjectNode o = list.addObject();
      o.put("key", p.key().toString());
      Endpoint e = p.endpoint();
      if (e != null) {
        o.put("address", e.address()).put("port", e.port());
      }
      o.put("suites", p.suites()).put("rtt_us", p.rttMicros()).put("path_mtu", p.pathMtu());
      ArrayNode cookies = o.putArray("cookies");
      for (StoredCookie c : p.cookies()) {
        cookies
            .addObject()
            .put("tag", c.tag())
            .put("key", c.key())
            .put("received_ms", c.receivedAt())
            .put("ttl_ms", c.ttl())
            .put("local", new Endpoint(c.localHi(), c.localLo(), 0).address())
            .put("in_tunnel", c.inTunnel());
      }
    }
    replace(JSON.writeValueAsBytes(root));
  }

  private void replace(byte[] content) throws IOException {
    Path next = file.resolveSibling("peers.json.new");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel out = FileChannel.open(next, StandardOpenOption.WRITE)) {
      java.nio.ByteBuffer b = java.nio.ByteBuffer.wrap(content);
      while (b.hasRemaining()) {
        out.write(b);
      }
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
