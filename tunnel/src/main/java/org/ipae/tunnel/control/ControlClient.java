// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Asks a running daemon. One thread at a time; every method blocks until the answer is there, with
 * an upper bound. All throw {@link NotRunning} where nobody answers and {@link CommandFailed} where
 * the daemon refuses.
 */
public final class ControlClient {
  private static final int RESPONSE = 64 << 20;
  private static final Duration QUICK = Duration.ofSeconds(10);

  /** Host names are resolved on the way. */
  private static final Duration RELOAD = Duration.ofMinutes(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path socket;

  public ControlClient(Path socket) {
    this.socket = socket;
  }

  /** Whether a daemon is there, be it that it has only begun to start. */
  public boolean answers() throws IOException {
    try (SocketChannel _ = connect()) {
      return true;
    } catch (NotRunning e) {
      return false;
    }
  }

  public NodeStatus status() throws IOException {
    try {
      return StatusReader.status(statusJson());
    } catch (IllegalArgumentException e) {
      throw new IOException("the running ipae is of another version; restart it", e);
    }
  }

  /** The status in the form that is promised to programs. */
  public JsonNode statusJson() throws IOException {
    return ask(request("show"), QUICK).path("status");
  }

  /** What changes, or would change. */
  public List<String> reload(boolean dryRun) throws IOException {
    return StatusReader.texts(
        ask(request("reload").put("dry_run", dryRun), RELOAD).path("changes"));
  }

  /** Microseconds, empty if no answer came in time. */
  public OptionalLong ping(String peer, Duration timeout) throws IOException {
    ObjectNode request = request("ping").put("peer", peer).put("timeout_ms", timeout.toMillis());
    JsonNode rtt = ask(request, QUICK.plus(timeout)).path("rtt_us");
    return rtt.isNumber() ? OptionalLong.of(rtt.longValue()) : OptionalLong.empty();
  }

  public void changeKey(KeyCommand command) throws IOException {
    ask(request("change_key").put("how", command.name()), QUICK);
  }

  /** Whether a key was pinned. */
  public boolean clearPins(String peer) throws IOException {
    return ask(request("clear_pins").put("peer", peer), QUICK).path("cleared").asBoolean();
  }

  /** A peer of this name is about to be added: the daemon looks its keys up meanwhile. */
  public void expect(String name) throws IOException {
    ask(request("expect").put("name", name), QUICK);
  }

  private static ObjectNode request(String command) {
    return JsonNodeFactory.instance.objectNode().put("command", command);
  }

  private JsonNode ask(ObjectNode request, Duration patience) throws IOException {
    try (SocketChannel channel = connect()) {
      Thread watch =
          Thread.ofPlatform().daemon().name("timeout").start(() -> expire(channel, patience));
      try {
        Line.write(channel, request.toString());
        JsonNode answer = JSON.readTree(Line.read(channel, RESPONSE));
        if (!answer.path("ok").asBoolean()) {
          throw new CommandFailed(answer.path("error").asText(), answer.path("message").asText());
        }
        return answer;
      } finally {
        watch.interrupt();
      }
    } catch (AsynchronousCloseException e) {
      throw new IOException(
          "the running ipae has not answered within " + patience.toSeconds() + " seconds", e);
    } catch (JsonProcessingException e) {
      throw new IOException("the program that answers on " + socket + " is not ipae", e);
    }
  }

  private static void expire(SocketChannel channel, Duration patience) {
    try {
      Thread.sleep(patience);
      channel.close();
    } catch (InterruptedException | IOException e) {
      // The answer was in time, or the channel is closed already.
    }
  }

  private SocketChannel connect() throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (ConnectException e) {
      throw new NotRunning(socket);
    } catch (IOException e) {
      if (Files.notExists(socket)) {
        throw new NotRunning(socket);
      }
      throw new IOException(
          "no permission to use " + socket + "; run this as root or as a member of its group", e);
    }
  }
}
