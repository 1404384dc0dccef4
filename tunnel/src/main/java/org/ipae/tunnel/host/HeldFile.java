// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/**
 * What this daemon holds shut, on disk ({@code held.json} in the state directory): the kernel has
 * what other daemons hold as well, and does not say whose it is. Counts only within one boot.
 */
public final class HeldFile {
  private static final int SCHEMA = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What is held in the tables of one policy. */
  record Entry(Policy policy, Set<Prefix> prefixes) {
    Entry {
      prefixes = Set.copyOf(prefixes);
    }
  }

  private final Path file;
  private final String bootId;

  /** The file in a state directory, which is made when something is to be written. */
  public HeldFile(Path stateDirectory, String bootId) {
    file = stateDirectory.resolve("held.json");
    this.bootId = bootId;
  }

  /** What the file says; a damaged one counts as empty, with one log line. */
  List<Entry> load() {
    if (Files.notExists(file)) {
      return List.of();
    }
    try {
      JsonNode root = JSON.readTree(Files.readAllBytes(file));
      if (root.path("schema").asInt() != SCHEMA || !root.path("boot").asText().equals(bootId)) {
        return List.of();
      }
      List<Entry> out = new ArrayList<>();
      for (JsonNode e : root.path("held")) {
        out.add(entry(e));
      }
      return out;
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      Log.warn(
          file
              + ": damaged and ignored; what it named stays shut until this host boots, or until it"
              + " is removed by hand: see ip rule, ip route show table all");
      return List.of();
    } catch (IOException e) {
      Log.warn(file + ": cannot be read (" + Reason.of(e) + ")");
      return List.of();
    }
  }

  private static Entry entry(JsonNode e) {
    Policy policy =
        new Policy(
            e.path("table").asInt(),
            e.path("protocol").asInt(),
            0,
            0,
            e.path("priority").asInt(),
            new PortRange(e.path("ports").path(0).asInt(), e.path("ports").path(1).asInt()),
            Endpoint.anyV4(e.path("listening").path(0).asInt()),
            Endpoint.anyV6(e.path("listening").path(1).asInt()));
    Set<Prefix> prefixes = new HashSet<>();
    for (JsonNode p : e.path("prefixes")) {
      String[] parts = p.asText().split("/", 2);
      if (parts.length != 2) {
        throw new IllegalArgumentException("not a prefix");
      }
      prefixes.add(
          Prefix.of(InetAddress.ofLiteral(parts[0]).getAddress(), Integer.parseInt(parts[1])));
    }
    return new Entry(policy, prefixes);
  }

  /** Replaces the file; removes it if nothing is held. */
  void save(List<Entry> entries) throws IOException {
    List<Entry> held = entries.stream().filter(e -> !e.prefixes.isEmpty()).toList();
    if (held.isEmpty()) {
      if (Files.exists(file)) {
        Files.delete(file);
      }
      return;
    }
    Files.createDirectories(
        file.toAbsolutePath().getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    PrivateJson.replace(
        file,
        json -> {
          json.writeNumberField("schema", SCHEMA);
          json.writeStringField("boot", bootId);
          json.writeArrayFieldStart("held");
          for (Entry e : held) {
            write(json, e);
          }
          json.writeEndArray();
        });
  }

  private static void write(JsonGenerator json, Entry e) throws IOException {
    Policy p = e.policy;
    json.writeStartObject();
    json.writeNumberField("table", p.table());
    json.writeNumberField("protocol", p.protocol());
    json.writeNumberField("priority", p.priority());
    json.writeFieldName("ports");
    json.writeArray(new int[] {p.ports().first(), p.ports().last()}, 0, 2);
    json.writeFieldName("listening");
    json.writeArray(new int[] {p.listening4().port(), p.listening6().port()}, 0, 2);
    json.writeArrayFieldStart("prefixes");
    for (Prefix x : e.prefixes) {
      json.writeString(OwnNetworks.text(x));
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
