// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.LongSupplier;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.host.PrivateJson;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.rotation.Step;
import org.jspecify.annotations.Nullable;

/**
 * Where a change of keys is, on disk ({@code rotation.json} in the state directory). Times are
 * those of the boot clock; after a boot what had passed when the file was written counts as passed,
 * and no more: a wall clock may be wrong.
 */
public final class RotationFile {
  private static final int SCHEMA = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What the file says.
   *
   * @param rotation the change under way, null if there is none
   * @param changedAt when the last change was over, or the host was first seen without one,
   *     milliseconds of the boot clock
   */
  public record Kept(@Nullable Rotation rotation, long changedAt) {}

  private final Path file;
  private final String bootId;
  private final LongSupplier clock;

  /**
   * @param clock milliseconds of the boot clock
   */
  public RotationFile(Path stateDirectory, String bootId, LongSupplier clock) {
    file = stateDirectory.resolve("rotation.json");
    this.bootId = bootId;
    this.clock = clock;
  }

  /**
   * What the file says; that nothing was ever changed if there is none.
   *
   * @throws IOException with one line if it cannot be used: a change under way would be forgotten
   */
  public Kept load() throws IOException {
    if (!Files.exists(file)) { // also where the state directory is none, which others tell
      return new Kept(null, clock.getAsLong());
    }
    try {
      JsonNode n = JSON.readTree(Files.readAllBytes(file));
      if (n.path("schema").asInt() != SCHEMA) {
        throw new IllegalArgumentException("another schema");
      }
      long now = clock.getAsLong();
      boolean sameBoot = n.path("boot").asText().equals(bootId);
      long shift = sameBoot ? 0 : now - n.path("at_ms").asLong();
      Rotation r = n.hasNonNull("step") ? rotation(n, shift) : null;
      return new Kept(r, n.path("changed_ms").asLong() + shift);
    } catch (NoSuchFileException e) {
      return new Kept(null, clock.getAsLong());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IOException(
          file
              + " is damaged: a change of this host's key, if one was under way, is forgotten; compare"
              + " ipae dns show with what DNS has",
          e);
    }
  }

  private static Rotation rotation(JsonNode n, long shift) {
    return new Rotation(
        Step.valueOf(n.path("step").asText()),
        PublicKey.parse(n.path("from").asText()),
        PublicKey.parse(n.path("to").asText()),
        n.path("since_ms").asLong() + shift,
        n.path("ttl_ms").asLong(),
        n.path("held").asBoolean(),
        n.path("publishes").asBoolean());
  }

  /**
   * The same when a daemon starts: a damaged file is put aside, with one log line, and the key that
   * the configuration names is used. A tunnel matters more than a change of its key.
   */
  public Kept loadOrPutAside() {
    try {
      return load();
    } catch (IOException e) {
      Log.error(Reason.of(e));
      try {
        Files.move(
            file,
            file.resolveSibling("rotation.json.damaged"),
            StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException x) {
        Log.debug("not put aside: " + Reason.of(x));
      }
      return new Kept(null, clock.getAsLong());
    }
  }

  /** Replaces the file, and has it on the disk when it returns. */
  public void save(Kept kept) throws IOException {
    PrivateJson.keep(
        file,
        json -> {
          json.writeNumberField("schema", SCHEMA);
          json.writeStringField("boot", bootId);
          json.writeNumberField("at_ms", clock.getAsLong());
          json.writeNumberField("changed_ms", kept.changedAt());
          Rotation r = kept.rotation();
          if (r != null) {
            json.writeStringField("step", r.step().name());
            json.writeStringField("from", r.from().toString());
            json.writeStringField("to", r.to().toString());
            json.writeNumberField("since_ms", r.since());
            json.writeNumberField("ttl_ms", r.ttl());
            json.writeBooleanField("held", r.held());
            json.writeBooleanField("publishes", r.publishes());
          }
        });
  }
}
