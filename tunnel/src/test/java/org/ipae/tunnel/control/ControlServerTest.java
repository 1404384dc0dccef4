// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ControlServerTest {
  @TempDir Path directory;
  private Path socket;
  private final FakeDaemon daemon = new FakeDaemon();
  private ControlSocket held;
  private ControlServer server;
  private ControlClient client;

  @BeforeEach
  void start() throws Exception {
    socket = directory.resolve("run/ipae.sock");
    held = ControlSocket.claim(socket);
    server = new ControlServer(held, daemon, 300);
    server.start();
    client = new ControlClient(socket);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    held.close();
  }

  @Test
  void theStatusArrivesAsItWasGiven() throws Exception {
    NodeStatus given = daemon.status();
    NodeStatus got = client.status();
    assertIterableEquals(given.peers(), got.peers());
    assertEquals(given.name(), got.name());
    assertEquals(given.key(), got.key());
    assertEquals(given.receiveDrops(), got.receiveDrops());
    given.drops().forEach((reason, n) -> assertEquals(n, got.drops().get(reason)));
  }

  @Test
  void onlyOwnerAndGroupMayUseTheSocket() throws Exception {
    assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void reloadTellsWhatChanges() throws Exception {
    assertEquals(List.of("+ peer would"), client.reload(true));
    assertEquals(List.of("+ peer did"), client.reload(false));
  }

  @Test
  void anInvalidConfigurationIsReportedWordForWord() {
    daemon.invalid = true;
    CommandFailed e = assertThrows(CommandFailed.class, () -> client.reload(false));
    assertEquals("f:1:2: wrong; right it", e.getMessage());
    assertEquals("config", e.error());
  }

  @Test
  void pingAnswersInMicrosecondsOrNotAtAll() throws Exception {
    assertEquals(OptionalLong.of(12_345), client.ping("gw-b", Duration.ofSeconds(1)));
    assertEquals(OptionalLong.empty(), client.ping("gw-c", Duration.ofSeconds(1)));
    CommandFailed e =
        assertThrows(CommandFailed.class, () -> client.ping("nobody", Duration.ofSeconds(1)));
    assertEquals("unknown_peer", e.error());
  }

  @Test
  void aDefectOfTheDaemonIsAnAnswerToo() throws Exception {
    daemon.broken = true;
    CommandFailed e = assertThrows(CommandFailed.class, client::status);
    assertEquals("internal", e.error());
    daemon.broken = false;
    client.status();
  }

  @Test
  void garbageIsAnsweredAndForgotten() throws Exception {
    assertEquals(
        "{\"ok\":false,\"error\":\"bad_request\",\"message\":\"the request is not JSON\"}\n",
        exchange("}{\n"));
    assertTrue(exchange("\n").contains("unknown_command"));
    assertTrue(exchange("[1,2]\n").contains("unknown_command"));
    assertTrue(exchange("{\"command\":{}}\n").contains("unknown_command"));
    client.status();
  }

  @Test
  void anOversizeRequestIsRefused() throws Exception {
    String answer = exchange("x".repeat(ControlServer.REQUEST + 1));
    assertTrue(answer.contains("longer than 4096 bytes"), answer);
    client.status();
  }

  @Test
  void halfARequestIsCutOffInTime() throws Exception {
    assertEquals("", exchange("{\"command\":"));
    client.status();
  }

  @Test
  void aClientThatLeavesAtOnceDisturbsNobody() throws Exception {
    for (int i = 0; i < 3 * ControlServer.CONNECTIONS; i++) {
      open().close();
    }
    awaitStatus();
  }

  @Test
  void tooManyClientsAreTurnedAwayUntilTheOthersAreCutOff() throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    for (int i = 0; i < ControlServer.CONNECTIONS + 8; i++) {
      idle.add(open());
    }
    awaitStatus();
    for (SocketChannel c : idle) {
      c.close();
    }
  }

  @Test
  void aSecondDaemonIsRefusedAndToldWhichProcessRunsAlready() throws Exception {
    AlreadyServed e = assertThrows(AlreadyServed.class, () -> ControlSocket.claim(socket));
    String process = "process " + ProcessHandle.current().pid() + " ";
    assertTrue(e.getMessage().contains(process), e.getMessage());
    client.status();
  }

  @Test
  void aSocketIsHeldAlsoWhileNobodyAnswersYet() throws Exception {
    Path quiet = directory.resolve("quiet.sock");
    try (ControlSocket first = ControlSocket.claim(quiet)) {
      assertTrue(first.channel().isOpen());
      assertThrows(AlreadyServed.class, () -> ControlSocket.claim(quiet));
    }
    assertFalse(Files.exists(quiet));
  }

  @Test
  void aDaemonThatStopsSaysSoUntilItHasGivenTheSocketUp() throws Exception {
    server.close();
    CommandFailed e = assertThrows(CommandFailed.class, client::status);
    assertEquals("the running ipae is stopping", e.getMessage());
    assertThrows(AlreadyServed.class, () -> ControlSocket.claim(socket));
  }

  @Test
  void aStuckDaemonIsAnErrorAndNotAnEmptyListOfPeers() {
    daemon.stuck = true;
    CommandFailed e = assertThrows(CommandFailed.class, client::status);
    assertEquals("stuck", e.getMessage());
  }

  @Test
  void aSocketThatNobodyServesIsReplaced() throws Exception {
    Path stale = directory.resolve("stale.sock");
    try (ServerSocketChannel s = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      s.bind(UnixDomainSocketAddress.of(stale));
    }
    assertTrue(Files.exists(stale));
    try (ControlSocket second = ControlSocket.claim(stale);
        ControlServer again = new ControlServer(second, daemon)) {
      again.start();
      new ControlClient(stale).status();
    }
    assertFalse(Files.exists(stale));
  }

  @Test
  void anOrdinaryFileIsNotReplaced() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "mine");
    IOException e = assertThrows(IOException.class, () -> ControlSocket.claim(file));
    assertTrue(e.getMessage().contains("exists and is not a socket"), e.getMessage());
    assertFalse(e.getMessage().contains("java."), e.getMessage());
    assertEquals("mine", Files.readString(file));
  }

  @Test
  void nobodyThereIsNotRunning() throws Exception {
    held.close();
    NotRunning e = assertThrows(NotRunning.class, client::status);
    assertEquals("ipae is not running (nobody answers on " + socket + ")", e.getMessage());
  }

  private void awaitStatus() throws IOException {
    while (true) {
      try {
        client.status();
        return;
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  private SocketChannel open() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private String exchange(String request) throws IOException {
    try (SocketChannel c = open()) {
      ByteBuffer b = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (b.hasRemaining()) {
        c.write(b);
      }
      return new String(Channels.newInputStream(c).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
