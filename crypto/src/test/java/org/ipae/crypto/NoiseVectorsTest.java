// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published IK vectors; each names its source. */
final class NoiseVectorsTest {
  private static final Path MORE = Path.of("..", "..", "shared", "vectors", "noise-ik.json");

  static Stream<JsonNode> vectors() throws IOException {
    List<JsonNode> all = own();
    if (Files.exists(MORE)) {
      new ObjectMapper().readTree(MORE.toFile()).get("vectors").forEach(all::add);
    }
    return all.stream().filter(v -> text(v, "protocol_name").contains("_25519_"));
  }

  private static List<JsonNode> own() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    try (InputStream in = NoiseVectorsTest.class.getResourceAsStream("/noise-ik.json")) {
      new ObjectMapper().readTree(in).get("vectors").forEach(all::add);
    }
    return all;
  }

  @Test
  void theProjectsOwnCopyHasEightVectorsAndNamesTheirSources() throws IOException {
    assertEquals(8, own().size());
    own().forEach(vector -> assertFalse(text(vector, "source").isEmpty()));
  }

  @ParameterizedTest(name = "vector {index}")
  @MethodSource("vectors")
  void everyPublishedVectorIsMetByteForByte(JsonNode vector) {
    HandshakeState initiator = side(vector, true);
    HandshakeState responder = side(vector, false);
    JsonNode messages = vector.get("messages");
    exchange(initiator, responder, messages.get(0));
    assertArrayEquals(
        Sample.pair(text(vector, "init_static")).publicKey(), responder.remoteStatic());
    exchange(responder, initiator, messages.get(1));
    if (vector.has("handshake_hash")) {
      assertEquals(text(vector, "handshake_hash"), Sample.hex(initiator.handshakeHash()));
    }
    assertArrayEquals(initiator.handshakeHash(), responder.handshakeHash());
    try (Split ours = initiator.split();
        Split theirs = responder.split()) {
      assertArrayEquals(ours.initiatorToResponder().bytes(), theirs.initiatorToResponder().bytes());
      assertArrayEquals(ours.responderToInitiator().bytes(), theirs.responderToInitiator().bytes());
      transport(vector, ours);
    }
  }

  private static void transport(JsonNode vector, Split split) {
    CipherState[] sealing = ciphers(vector, split);
    CipherState[] opening = ciphers(vector, split);
    JsonNode messages = vector.get("messages");
    for (int i = 2; i < messages.size(); i++) {
      byte[] payload = bytes(messages.get(i), "payload");
      byte[] out = new byte[payload.length + 16];
      sealing[i % 2].encryptWithAd(new byte[0], payload, 0, payload.length, out, 0);
      assertEquals(text(messages.get(i), "ciphertext"), Sample.hex(out));
      byte[] back = new byte[payload.length];
      assertEquals(
          payload.length, opening[i % 2].decryptWithAd(new byte[0], out, 0, out.length, back, 0));
      assertArrayEquals(payload, back);
    }
  }

  private static CipherState[] ciphers(JsonNode vector, Split split) {
    boolean chaCha = text(vector, "protocol_name").contains("ChaChaPoly");
    CipherState[] both = new CipherState[2];
    for (int i = 0; i < 2; i++) {
      both[i] = chaCha ? CipherState.chaChaPoly() : CipherState.aesGcm();
      Secret key = i == 0 ? split.initiatorToResponder() : split.responderToInitiator();
      both[i].initializeKey(key.bytes(), 0);
    }
    return both;
  }

  private static void exchange(HandshakeState from, HandshakeState to, JsonNode message) {
    byte[] payload = bytes(message, "payload");
    byte[] out = new byte[1000];
    int written = from.writeMessage(payload, out, 3);
    assertEquals(text(message, "ciphertext"), Sample.hex(Arrays.copyOfRange(out, 3, 3 + written)));
    byte[] back = new byte[payload.length];
    assertEquals(payload.length, to.readMessage(out, 3, written, back, 0));
    assertArrayEquals(payload, back);
  }

  private static HandshakeState side(JsonNode vector, boolean initiator) {
    String role = initiator ? "init_" : "resp_";
    List<Secret> psks = new ArrayList<>();
    if (vector.has(role + "psks")) {
      vector.get(role + "psks").forEach(psk -> psks.add(Sample.secret(psk.asText())));
    }
    return new HandshakeState(
        text(vector, "protocol_name"),
        initiator,
        bytes(vector, role + "prologue"),
        Sample.pair(text(vector, role + "static")),
        Sample.pair(text(vector, role + "ephemeral")),
        initiator ? bytes(vector, "init_remote_static") : null,
        psks,
        (out, offset, length) -> {
          throw new AssertionError("the vectors fix all randomness");
        });
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asText();
  }

  private static byte[] bytes(JsonNode node, String field) {
    return Sample.hex(text(node, field));
  }
}
