// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.ipae.crypto.Sample.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The handshakes in use: IKhfs+psk0 and IKpsk0. */
final class HandshakeStateTest {
  private static final byte[] PROLOGUE = "IPAE1 prologue".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAYLOAD1 = "twelve bytes".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAYLOAD2 = "the answer".getBytes(StandardCharsets.US_ASCII);
  private static final X25519KeyPair INITIATOR = X25519KeyPair.generate(Sample.seeded(11));
  private static final X25519KeyPair RESPONDER = X25519KeyPair.generate(Sample.seeded(12));
  private static final byte[] PSK = Sample.seeded(13).bytes(32);

  private static HandshakeState initiator(Suite suite) {
    return initiator(suite, PROLOGUE, PSK, RESPONDER.publicKey());
  }

  private static HandshakeState initiator(Suite suite, byte[] prologue, byte[] psk, byte[] remote) {
    return new HandshakeState(
        suite.noiseName(),
        true,
        prologue,
        INITIATOR,
        null,
        remote,
        List.of(Secret.copyOf(psk, 0, 32)),
        Sample.seeded(14));
  }

  private static HandshakeState responder(Suite suite) {
    return new HandshakeState(
        suite.noiseName(),
        false,
        PROLOGUE,
        RESPONDER,
        null,
        null,
        List.of(Secret.copyOf(PSK, 0, 32)),
        Sample.seeded(15));
  }

  private static byte[] write(HandshakeState state, byte[] payload) {
    byte[] out = new byte[2000];
    int written = state.writeMessage(payload, out, 0);
    return Arrays.copyOf(out, written);
  }

  private static boolean accepts(HandshakeState state, byte[] message) {
    return state.readMessage(message, 0, message.length, new byte[2000], 0) >= 0;
  }

  @ParameterizedTest
  @EnumSource
  void bothEndsAgree(Suite suite) {
    HandshakeState initiator = initiator(suite);
    HandshakeState responder = responder(suite);
    byte[] first = write(initiator, PAYLOAD1);
    assertEquals(suite.message1Overhead() + PAYLOAD1.length, first.length);
    byte[] payload = new byte[PAYLOAD1.length];
    assertEquals(PAYLOAD1.length, responder.readMessage(first, 0, first.length, payload, 0));
    assertArrayEquals(PAYLOAD1, payload);
    assertArrayEquals(INITIATOR.publicKey(), responder.remoteStatic());
    assertArrayEquals(initiator.ephemeralPublic(), responder.remoteEphemeral());
    assertArrayEquals(initiator.chainingKey().bytes(), responder.chainingKey().bytes());
    byte[] second = write(responder, PAYLOAD2);
    assertEquals(suite.message2Overhead() + PAYLOAD2.length, second.length);
    assertTrue(accepts(initiator, second));
    assertArrayEquals(initiator.handshakeHash(), responder.handshakeHash());
    try (Split ours = initiator.split();
        Split theirs = responder.split()) {
      assertEquals(64, ours.initiatorToResponder().length());
      assertArrayEquals(ours.initiatorToResponder().bytes(), theirs.initiatorToResponder().bytes());
      assertArrayEquals(ours.responderToInitiator().bytes(), theirs.responderToInitiator().bytes());
    }
  }

  /** Golden bytes of this implementation: a change is a change of the protocol. */
  @ParameterizedTest
  @CsvSource({
    "X25519_MLKEM768_AES256GCM, 0d403645e4dda411583c8a9fe3bc86377809e0324d719f5a02cc0bc553e484c5",
    "X25519_MLKEM768_CHACHA20POLY1305, ad6601ffc7345decb4eb64b374abad94a22fa81da8be9129f08ca3125a75e472",
    "X25519_AES256GCM, 092046e610a87a3cc6fd31d5ea860432a45d51ab1bda49c3d138bd5a2c142efc"
  })
  void theBytesOfAHandshakeNeverChange(Suite suite, String digest) {
    HandshakeState initiator = initiator(suite);
    HandshakeState responder = responder(suite);
    byte[] first = write(initiator, PAYLOAD1);
    assertTrue(accepts(responder, first));
    byte[] second = write(responder, PAYLOAD2);
    assertTrue(accepts(initiator, second));
    try (Split split = initiator.split()) {
      assertEquals(
          digest,
          hex(
              Sha256.hash(
                  first,
                  second,
                  initiator.handshakeHash(),
                  split.initiatorToResponder().bytes(),
                  split.responderToInitiator().bytes())));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFlippedBitAnywhereInTheFirstMessageIsRefused(Suite suite) {
    byte[] first = write(initiator(suite), PAYLOAD1);
    for (int i = 0; i < first.length; i++) {
      byte[] bad = first.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      assertFalse(accepts(responder(suite), bad), "byte " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFlippedBitAnywhereInTheSecondMessageIsRefused(Suite suite) {
    HandshakeState initiator = initiator(suite);
    byte[] second = secondFor(suite, initiator);
    for (int i = 0; i < second.length; i++) {
      byte[] bad = second.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      assertFalse(accepts(initiator.copy(), bad), "byte " + i);
    }
    assertTrue(accepts(initiator, second));
  }

  @ParameterizedTest
  @EnumSource
  void aMessageOfAnyOtherLengthIsRefused(Suite suite) {
    HandshakeState initiator = initiator(suite);
    byte[] first = write(initiator, PAYLOAD1);
    HandshakeState responder = responder(suite);
    for (int length = 0; length < first.length; length++) {
      assertFalse(accepts(responder.copy(), Arrays.copyOf(first, length)), "length " + length);
    }
    assertFalse(accepts(responder.copy(), Arrays.copyOf(first, first.length + 1)));
    assertTrue(accepts(responder, first));
    byte[] second = write(responder, PAYLOAD2);
    for (int length = 0; length < second.length; length++) {
      assertFalse(accepts(initiator.copy(), Arrays.copyOf(second, length)), "length " + length);
    }
    assertFalse(accepts(initiator.copy(), Arrays.copyOf(second, second.length + 1)));
  }

  @ParameterizedTest
  @EnumSource
  void anotherPskPrologueOrHostKeyIsRefused(Suite suite) {
    byte[] key = RESPONDER.publicKey();
    byte[] other = PSK.clone();
    other[31] ^= 1;
    assertTrue(accepts(responder(suite), write(initiator(suite, PROLOGUE, PSK, key), PAYLOAD1)));
    assertFalse(accepts(responder(suite), write(initiator(suite, PROLOGUE, other, key), PAYLOAD1)));
    assertFalse(accepts(responder(suite), write(initiator(suite, PAYLOAD2, PSK, key), PAYLOAD1)));
    assertFalse(
        accepts(
            responder(suite),
            write(initiator(suite, PROLOGUE, PSK, INITIATOR.publicKey()), PAYLOAD1)));
  }

  @Test
  void anEphemeralKeyOfSmallOrderIsRefused() {
    byte[] first = write(initiator(Suite.X25519_AES256GCM), PAYLOAD1);
    Arrays.fill(first, 0, 32, (byte) 0);
    assertFalse(accepts(responder(Suite.X25519_AES256GCM), first));
  }

  @Test
  void writingToAHostKeyOfSmallOrderFails() {
    HandshakeState state = initiator(Suite.X25519_AES256GCM, PROLOGUE, PSK, new byte[32]);
    assertEquals(-1, state.writeMessage(PAYLOAD1, new byte[200], 0));
    assertThrows(IllegalStateException.class, state::chainingKey);
  }

  @Test
  void afterAFailureTheStateIsDead() {
    HandshakeState state = responder(Suite.X25519_AES256GCM);
    assertFalse(accepts(state, new byte[200]));
    byte[] good = write(initiator(Suite.X25519_AES256GCM), PAYLOAD1);
    assertFalse(accepts(state, good));
    assertNull(state.remoteEphemeral());
    assertNull(state.decryptAndHash(new byte[16]));
    assertThrows(IllegalStateException.class, state::handshakeHash);
    assertThrows(IllegalStateException.class, state::chainingKey);
    assertThrows(IllegalStateException.class, state::split);
  }

  @Test
  void aForgedAnswerReadWithACopyCostsNothing() {
    Suite suite = Suite.X25519_MLKEM768_AES256GCM;
    HandshakeState initiator = initiator(suite);
    byte[] second = secondFor(suite, initiator);
    assertFalse(accepts(initiator.copy(), new byte[second.length]));
    assertTrue(accepts(initiator, second));
  }

  @Test
  void aPayloadThatDoesNotFitIsRefused() {
    byte[] first = write(initiator(Suite.X25519_AES256GCM), PAYLOAD1);
    byte[] small = new byte[PAYLOAD1.length - 1];
    assertEquals(
        -1, responder(Suite.X25519_AES256GCM).readMessage(first, 0, first.length, small, 0));
  }

  @Test
  void callsOutOfTurnAreProgrammingErrors() {
    Suite suite = Suite.X25519_AES256GCM;
    byte[] out = new byte[200];
    HandshakeState initiator = initiator(suite);
    assertThrows(
        IllegalStateException.class, () -> responder(suite).writeMessage(PAYLOAD1, out, 0));
    assertThrows(IllegalStateException.class, () -> initiator.readMessage(out, 0, 200, out, 0));
    assertThrows(IllegalStateException.class, initiator::split);
    assertThrows(IllegalStateException.class, initiator::ephemeralPublic);
    accepts(initiator, secondFor(suite, initiator));
    assertThrows(IllegalStateException.class, () -> initiator.writeMessage(PAYLOAD1, out, 0));
  }

  @Test
  void aReadyEphemeralKeyIsKnownBeforeItIsSent() {
    X25519KeyPair e = X25519KeyPair.generate(Sample.seeded(20));
    HandshakeState state =
        new HandshakeState(
            Suite.X25519_AES256GCM.noiseName(),
            true,
            PROLOGUE,
            INITIATOR,
            e,
            RESPONDER.publicKey(),
            List.of(Secret.copyOf(PSK, 0, 32)),
            Sample.seeded(21));
    assertArrayEquals(e.publicKey(), state.ephemeralPublic());
    assertArrayEquals(e.publicKey(), Arrays.copyOf(write(state, PAYLOAD1), 32));
    state.close();
    assertTrue(e.privateKey().closed());
    assertFalse(INITIATOR.privateKey().closed());
  }

  @Test
  void aTagBehindTheHandshakeProvesAFurtherNameAndKey() {
    Suite suite = Suite.X25519_MLKEM768_AES256GCM;
    byte[] name = "www.example.org".getBytes(StandardCharsets.US_ASCII);
    byte[] key = Sample.seeded(22).bytes(32);
    HandshakeState initiator = initiator(suite);
    HandshakeState responder = responder(suite);
    accepts(responder, write(initiator, PAYLOAD1));
    accepts(initiator, write(responder, PAYLOAD2));
    responder.mixHash(name);
    responder.mixKey(key);
    byte[] tag = responder.encryptAndHash(new byte[0]);
    assertEquals(16, tag.length);
    HandshakeState unaware = initiator.copy();
    assertNull(unaware.decryptAndHash(tag));
    initiator.mixHash(name);
    initiator.mixKey(key);
    assertNull(initiator.copy().decryptAndHash(new byte[15]));
    assertNotNull(initiator.decryptAndHash(tag));
    assertArrayEquals(responder.handshakeHash(), initiator.handshakeHash());
    assertArrayEquals(
        responder.split().initiatorToResponder().bytes(),
        initiator.split().initiatorToResponder().bytes());
  }

  @Test
  void argumentsThatDoNotFitThePatternAreRefused() {
    for (String name :
        List.of(
            "Noise_XX_25519_AESGCM_SHA512",
            "Noise_IK_448_AESGCM_SHA512",
            "Noise_IKhfs_25519_AESGCM_SHA512",
            "Noise_IKpsk0+psk0_25519_AESGCM_SHA512",
            "Noise_IKpsk3_25519_AESGCM_SHA512",
            "Noise_IK_25519_AESGCM_SHA256",
            "Noise_IK_25519_AESGCM",
            "")) {
      assertThrows(IllegalArgumentException.class, () -> HandshakePattern.parse(name), name);
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new HandshakeState(
                Suite.X25519_AES256GCM.noiseName(),
                false,
                PROLOGUE,
                RESPONDER,
                null,
                null,
                List.of(),
                Sample.seeded(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> initiator(Suite.X25519_AES256GCM, PROLOGUE, PSK, new byte[31]));
  }

  @Test
  void theHybridPatternHasTheTokensOfTheProtocol() {
    HandshakePattern pattern = HandshakePattern.parse(Suite.X25519_MLKEM768_AES256GCM.noiseName());
    assertEquals(
        List.of(
            List.of(Token.PSK, Token.E, Token.ES, Token.E1, Token.S, Token.SS),
            List.of(Token.E, Token.EE, Token.EKEM1, Token.SE)),
        pattern.messages());
    assertEquals(1, pattern.pskCount());
  }

  private static byte[] secondFor(Suite suite, HandshakeState initiator) {
    HandshakeState responder = responder(suite);
    accepts(responder, write(initiator, PAYLOAD1));
    return write(responder, PAYLOAD2);
  }
}
