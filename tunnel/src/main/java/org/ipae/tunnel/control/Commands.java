// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.toml.ConfigErrors;

/** Answers one request. A failure of any kind becomes an answer. */
final class Commands {
  static final long LONGEST_PING = 60_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Daemon daemon;

  Commands(Daemon daemon) {
    this.daemon = daemon;
  }

  Answer answer(String request) {
    try {
      JsonNode in = JSON.readTree(request);
      return switch (in.path("command").asText()) {
        case "show" -> show();
        case "reload" -> reload(in.path("dry_run").asBoolean());
        case "change_key" -> changeKey(in.path("how").asText());
        case "clear_pins" -> clearPins(in.path("peer").asText());
        case "expect" -> expect(in.path("name").asText());
        case "ping" -> ping(in.path("peer").asText(), in.path("timeout_ms").asLong(1000));
        default -> failure("unknown_command", "the running ipae does not know this command");
      };
    } catch (JsonProcessingException e) {
      return failure("bad_request", "the request is not JSON");
    } catch (ConfigErrors e) {
      return failure("config", String.valueOf(e.getMessage()));
    } catch (NoSuchElementException e) {
      return failure("unknown_peer", "the running ipae has no such peer");
    } catch (IOException e) {
      return failure("failed", Reason.of(e));
    } catch (RuntimeException | StackOverflowError e) {
      Log.warn("control request failed: " + Reason.of(e));
      return failure("internal", "the running ipae failed: " + Reason.of(e));
    }
  }

  private Answer show() throws IOException {
    NodeStatus status = daemon.status();
    return stream -> {
      try (JsonGenerator out = JSON.createGenerator(stream)) {
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.writeStartObject();
        out.writeBooleanField("ok", true);
        out.writeFieldName("status");
        StatusWriter.write(status, out);
        out.writeEndObject();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    };
  }

  private Answer reload(boolean dryRun) throws ConfigErrors, IOException {
    ObjectNode out = success();
    var changes = out.putArray("changes");
    daemon.reload(dryRun).forEach(changes::add);
    return Answer.of(out.toString());
  }

  private Answer changeKey(String how) throws IOException {
    KeyCommand command;
    try {
      command = KeyCommand.valueOf(how);
    } catch (IllegalArgumentException e) {
      return failure("bad_request", "the running ipae does not know this change of keys");
    }
    daemon.changeKey(command);
    return Answer.of(success().toString());
  }

  private Answer clearPins(String peer) {
    return Answer.of(success().put("cleared", daemon.clearPins(peer)).toString());
  }

  private Answer expect(String name) {
    daemon.expect(name);
    return Answer.of(success().toString());
  }

  private Answer ping(String peer, long timeout) {
    OptionalLong rtt = daemon.ping(peer, Math.clamp(timeout, 1, LONGEST_PING));
    ObjectNode out = success();
    if (rtt.isPresent()) {
      out.put("rtt_us", rtt.getAsLong());
    } else {
      out.putNull("rtt_us");
    }
    return Answer.of(out.toString());
  }

  private static ObjectNode success() {
    return JsonNodeFactory.instance.objectNode().put("ok", true);
  }

  static Answer failure(String error, String message) {
    return Answer.of(
        JsonNodeFactory.instance
            .objectNode()
            .put("ok", false)
            .put("error", error)
            .put("message", message)
            .toString());
  }
}
