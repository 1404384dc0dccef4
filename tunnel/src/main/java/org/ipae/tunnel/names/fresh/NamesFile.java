// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.host.PrivateJson;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;

/**
 * What DNS last said, on disk ({@code names.json} in the state directory): a gateway starts without
 * DNS. Ends are those of the boot clock; after a boot what was left when the file was written
 * counts from then on, because a wall clock may be wrong. One thread.
 */
public final class NamesFile {
  private static final int SCHEMA = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String bootId;
  private final LongSupplier clock;
  private String unwritten = "";

  /**
   * @param clock milliseconds of the boot clock
   */
  public NamesFile(Path stateDirectory, String bootId, LongSupplier clock) {
    file = stateDirectory.resolve("names.json");
    this.bootId = bootId;
    this.clock = clock;
  }

  /** The keys that are pinned, by name. */
  public Map<String, List<PublicKey>> pins() {
    Map<String, List<PublicKey>> out = new TreeMap<>();
    load()
        .forEach((name, s) -> {
          if (!s.pins().isEmpty()) {
            out.put(name, s.pins());
          }
        });
    return out;
  }

  /**
   * Any key of a name is believed once more, where no daemon runs.
   *
   * @return whether one was pinned
   */
  public boolean clearPins(String name) {
    Map<String, Standing> all = new HashMap<>(load());
    Standing s = all.get(name);
    if (s == null || s.pins().isEmpty()) {
      return false;
    }
    all.put(name, s.withoutPins());
    save(all);
    return true;
  }

  /** What the file says, by name; a damaged one counts as empty, with one log line. */
  Map<String, Standing> load() {
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (root.path("schema").asInt() != SCHEMA) {
        throw new IllegalArgumentException("another schema");
      }
      boolean sameBoot = root.path("boot").asText().equals(bootId);
      long shift = sameBoot ? 0 : clock.getAsLong() - root.path("at_ms").asLong();
      Map<String, Standing> out = new HashMap<>();
      for (JsonNode n : root.path("names")) {
        out.put(n.path("name").asText(), standing(n, shift));
      }
      return out;
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      Log.warn(file + ": damaged and ignored; names are looked up");
      return Map.of();
    } catch (IOException e) {
      Log.warn(file + ": cannot be read (" + Reason.of(e) + "); names are looked up");
      return Map.of();
    }
  }

  private static Standing standing(JsonNode n, long shift) {
    List<Published.Gateway> gateways = new ArrayList<>();
    for (JsonNode g : n.path("gateways")) {
      List<InetAddress> addresses = new ArrayList<>();
      for (JsonNode a : g.path("addresses")) {
        addresses.add(InetAddress.ofLiteral(a.asText()));
      }
      gateways.add(
          new Published.Gateway(
              PublicKey.parse(g.path("key").asText()),
              g.path("target").asText(),
              g.path("port").asInt(),
              g.path("priority").asInt(),
              g.path("weight").asInt(),
              addresses,
              ""));
    }
    Map<PublicKey, Long> withdrawn = new HashMap<>();
    n.path("withdrawn")
        .properties()
        .forEach(w -> withdrawn.put(PublicKey.parse(w.getKey()), w.getValue().asLong()));
    List<PublicKey> pins = new ArrayList<>();
    n.path("pins").forEach(k -> pins.add(PublicKey.parse(k.asText())));
    return new Standing(
        Verdict.valueOf(n.path("verdict").asText()),
        n.path("reason").asText(),
        gateways,
        n.path("until_ms").asLong() + shift,
        withdrawn,
        pins);
  }

  /** Replaces the file. Failures are logged once. */
  void save(Map<String, Standing> names) {
    try {
      PrivateJson.replace(
          file,
          json -> {
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("boot", bootId);
            json.writeNumberField("at_ms", clock.getAsLong());
            json.writeArrayFieldStart("names");
            for (Map.Entry<String, Standing> e : names.entrySet()) {
              write(json, e.getKey(), e.getValue());
            }
            json.writeEndArray();
          });
      unwritten = "";
    } catch (IOException e) {
      String why = Reason.of(e);
      if (!why.equals(unwritten)) {
        unwritten = why;
        Log.warn("what DNS says cannot be kept (" + why + "): the next start waits for DNS");
      }
    }
  }

  private static void write(JsonGenerator json, String name, Standing s) throws IOException {
    Verdict verdict = s.verdict();
    if (verdict == null) {
      return;
    }
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("verdict", verdict.name());
    json.writeStringField("reason", s.reason());
    json.writeNumberField("until_ms", s.until());
    json.writeArrayFieldStart("gateways");
    for (Published.Gateway g : s.gateways()) {
      json.writeStartObject();
      json.writeStringField("key", g.key().toString());
      json.writeStringField("target", g.target());
      json.writeNumberField("port", g.port());
      json.writeNumberField("priority", g.priority());
      json.writeNumberField("weight", g.weight());
      json.writeArrayFieldStart("addresses");
      for (InetAddress a : g.addresses()) {
        json.writeString(a.getHostAddress());
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("pins");
    for (PublicKey k : s.pins()) {
      json.writeString(k.toString());
    }
    json.writeEndArray();
    json.writeObjectFieldStart("withdrawn");
    for (Map.Entry<PublicKey, Long> w : s.withdrawn().entrySet()) {
      json.writeNumberField(w.getKey().toString(), w.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }
}
