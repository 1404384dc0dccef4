// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.independent.IndependentIk;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine against a second implementation on other primitives, in both roles. */
final class IndependentIkTest {
  private static final byte[] PROLOGUE = Sample.seeded(30).bytes(33);
  private static final byte[] PSK = Sample.seeded(31).bytes(32);
  private static final X25519KeyPair ENGINE = X25519KeyPair.generate(Sample.seeded(32));
  private static final byte[] OTHER = Sample.seeded(33).bytes(32);
  private static final byte[] EPHEMERAL = Sample.seeded(34).bytes(32);
  private static final byte[] PAYLOAD = Sample.seeded(35).bytes(40);

  @ParameterizedTest
  @EnumSource
  void theEngineInitiatesToTheOther(Suite suite) {
    byte[] otherPublic = IndependentIk.publicKey(OTHER);
    HandshakeState engine = engine(suite, true, otherPublic);
    IndependentIk other =
        new IndependentIk(suite.noiseName(), false, PROLOGUE, OTHER, EPHEMERAL, null, PSK);
    assertArrayEquals(PAYLOAD, other.read(write(engine)));
    assertArrayEquals(ENGINE.publicKey(), other.remoteStatic());
    assertArrayEquals(engine.chainingKey().bytes(), other.chainingKey());
    read(engine, other.write(PAYLOAD));
    same(engine, other);
  }

  @ParameterizedTest
  @EnumSource
  void theOtherInitiatesToTheEngine(Suite suite) {
    HandshakeState engine = engine(suite, false, null);
    IndependentIk other =
        new IndependentIk(
            suite.noiseName(), true, PROLOGUE, OTHER, EPHEMERAL, ENGINE.publicKey(), PSK);
    read(engine, other.write(PAYLOAD));
    assertArrayEquals(IndependentIk.publicKey(OTHER), engine.remoteStatic());
    assertArrayEquals(other.chainingKey(), engine.chainingKey().bytes());
    assertArrayEquals(PAYLOAD, other.read(write(engine)));
    same(engine, other);
    engine.mixHash(PAYLOAD);
    other.mixHash(PAYLOAD);
    engine.mixKey(PSK);
    other.mixKey(PSK);
    assertNotNull(other.tryDecryptAndHash(engine.encryptAndHash(new byte[0])));
    assertArrayEquals(PAYLOAD, engine.decryptAndHash(other.encryptAndHash(PAYLOAD)));
    same(engine, other);
  }

  @ParameterizedTest
  @EnumSource
  void bothRefuseWhatTheOtherSpoilt(Suite suite) {
    IndependentIk other =
        new IndependentIk(suite.noiseName(), false, PROLOGUE, OTHER, null, null, PSK);
    byte[] message = write(engine(suite, true, IndependentIk.publicKey(OTHER)));
    message[message.length - 1] ^= 1;
    assertNull(other.read(message));
    IndependentIk initiator =
        new IndependentIk(suite.noiseName(), true, PROLOGUE, OTHER, null, ENGINE.publicKey(), PSK);
    byte[] first = initiator.write(PAYLOAD);
    first[40] ^= 1;
    assertEquals(
        -1, engine(suite, false, null).readMessage(first, 0, first.length, new byte[2000], 0));
  }

  private static HandshakeState engine(Suite suite, boolean initiator, byte[] remote) {
    return new HandshakeState(
        suite.noiseName(),
        initiator,
        PROLOGUE,
        ENGINE,
        null,
        remote,
        List.of(Secret.copyOf(PSK, 0, 32)),
        Sample.seeded(36));
  }

  private static byte[] write(HandshakeState engine) {
    byte[] out = new byte[2000];
    int written = engine.writeMessage(PAYLOAD, out, 0);
    return Arrays.copyOf(out, written);
  }

  private static void read(HandshakeState engine, byte[] message) {
    byte[] payload = new byte[PAYLOAD.length];
    assertEquals(PAYLOAD.length, engine.readMessage(message, 0, message.length, payload, 0));
    assertArrayEquals(PAYLOAD, payload);
  }

  private static void same(HandshakeState engine, IndependentIk other) {
    assertArrayEquals(other.handshakeHash(), engine.handshakeHash());
    try (Split split = engine.split()) {
      assertArrayEquals(other.split()[0], split.initiatorToResponder().bytes());
      assertArrayEquals(other.split()[1], split.responderToInitiator().bytes());
    }
  }
}
