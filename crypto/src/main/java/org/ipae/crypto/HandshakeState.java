// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One handshake (Noise rev 34 section 5.3). Whatever fails, be it a bad tag, a short message or a
 * remote key of small order, ends it: everything is erased and a new handshake is needed. Whoever
 * must survive a forged message reads it with a {@link #copy}. Not thread-safe.
 *
 * <p>It owns the ephemeral keys, also one handed in, and copies the pre-shared keys; the static key
 * pair stays the caller's.
 */
public final class HandshakeState implements AutoCloseable {
  private static final int DH = X25519KeyPair.SIZE;
  private static final int PSK = 32;

  private final HandshakePattern pattern;
  private final boolean initiator;
  private final SymmetricState symmetric;
  private final HandshakeKeys keys;
  private final Entropy entropy;
  private int messagesDone;
  private int psksUsed;
  private boolean dead;

  /**
   * Starts a handshake.
   *
   * @param protocolName see {@link HandshakePattern}
   * @param prologue bytes both sides must agree on
   * @param s the own static key pair
   * @param e a ready ephemeral key pair, or null to generate it when it is sent
   * @param remoteStatic the responder's public key, 32 bytes, for the initiator; else null
   * @param psks as many keys of 32 bytes as the pattern takes, in its order
   * @param entropy for e, then the ML-KEM key pair (initiator) or encapsulation (responder)
   * @throws IllegalArgumentException if the arguments do not fit the pattern
   */
  public HandshakeState(
      String protocolName,
      boolean initiator,
      byte[] prologue,
      X25519KeyPair s,
      @Nullable X25519KeyPair e,
      byte @Nullable [] remoteStatic,
      List<Secret> psks,
      Entropy entropy) {
    this.pattern = HandshakePattern.parse(protocolName);
    if (psks.size() != pattern.pskCount() || psks.stream().anyMatch(psk -> psk.length() != PSK)) {
      throw new IllegalArgumentException(
          protocolName + " takes " + pattern.pskCount() + " pre-shared keys of 32 bytes");
    }
    if (initiator != (remoteStatic != null)
        || (remoteStatic != null && remoteStatic.length != DH)) {
      throw new IllegalArgumentException(
          "the initiator, and it alone, needs the remote static key of 32 bytes");
    }
    this.initiator = initiator;
    this.keys = new HandshakeKeys(s, e, remoteStatic, psks);
    this.entropy = entropy;
    CipherState cipher = pattern.chaCha() ? CipherState.chaChaPoly() : CipherState.aesGcm();
    this.symmetric = new SymmetricState(protocolName, cipher);
    symmetric.mixHash(prologue, 0, prologue.length);
    symmetric.mixHash(remoteStatic == null ? s.publicKey() : remoteStatic, 0, DH);
  }

  private HandshakeState(HandshakeState other) {
    pattern = other.pattern;
    initiator = other.initiator;
    symmetric = other.symmetric.copy();
    keys = other.keys.copy();
    entropy = other.entropy;
    messagesDone = other.messagesDone;
    psksUsed = other.psksUsed;
  }

  /** The same state once more, independent of this one and closed on its own. */
  public HandshakeState copy() {
    requireAlive();
    return new HandshakeState(this);
  }

  /**
   * Writes the next message, which needs the overhead of the suite and the payload's length.
   *
   * @return bytes written, or -1 (and the state is dead) if the remote static key has small order
   * @throws IllegalStateException if it is the other side's turn or the state is dead
   */
  public int writeMessage(byte[] payload, byte[] out, int outOffset) {
    requireTurn(true);
    int at = outOffset;
    for (Token token : pattern.messages().get(messagesDone)) {
      int written = write(token, out, at);
      if (written < 0) {
        return fail();
      }
      at += written;
    }
    at += symmetric.encryptAndHash(payload, 0, payload.length, out, at);
    messagesDone++;
    return at - outOffset;
  }

  /**
   * Reads the next message; its payload goes to another array.
   *
   * @return the payload's length, or -1 if the message is refused or {@code payloadOut} has no room
   * @throws IllegalStateException if it is this side's turn
   */
  public int readMessage(byte[] in, int offset, int length, byte[] payloadOut, int payloadOffset) {
    if (dead) {
      return -1;
    }
    requireTurn(false);
    int at = offset;
    int end = offset + length;
    for (Token token : pattern.messages().get(messagesDone)) {
      int read = read(token, in, at, end - at);
      if (read < 0) {
        return fail();
      }
      at += read;
    }
    int payload = end - at - symmetric.overhead();
    if (payload < 0 || payload > payloadOut.length - payloadOffset) {
      return fail();
    }
    if (symmetric.decryptAndHash(in, at, end - at, payloadOut, payloadOffset) < 0) {
      return fail();
    }
    messagesDone++;
    return payload;
  }

  private int write(Token token, byte[] out, int at) {
    return switch (token) {
      case E -> {
        if (keys.e == null) {
          keys.e = X25519KeyPair.generate(entropy);
        }
        System.arraycopy(keys.e.publicKey(), 0, out, at, DH);
        mixEphemeral(keys.e.publicKey());
        yield DH;
      }
      case S -> symmetric.encryptAndHash(keys.s.publicKey(), 0, DH, out, at);
      case E1 -> {
        keys.e1 = MlKem768.generate(entropy);
        yield symmetric.encryptAndHash(
            keys.e1.encapsulationKey(), 0, MlKem768.ENCAPSULATION_KEY, out, at);
      }
      case EKEM1 -> {
        var encapsulation = MlKem768.encapsulate(HandshakeKeys.known(keys.re1), 0, entropy);
        if (encapsulation == null) {
          yield -1;
        }
        int written =
            symmetric.encryptAndHash(encapsulation.ciphertext(), 0, MlKem768.CIPHERTEXT, out, at);
        yield mix(encapsulation.secret()) ? written : -1;
      }
      case EE, ES, SE, SS, PSK -> mix(token);
    };
  }

  private int read(Token token, byte[] in, int at, int left) {
    return switch (token) {
      case E -> {
        if (left < DH) {
          yield -1;
        }
        byte[] key = Arrays.copyOfRange(in, at, at + DH);
        keys.re = key;
        mixEphemeral(key);
        yield DH;
      }
      case S -> {
        byte[] key = new byte[DH];
        keys.rs = key;
        yield decrypt(in, at, left, key);
      }
      case E1 -> {
        byte[] key = new byte[MlKem768.ENCAPSULATION_KEY];
        keys.re1 = key;
        int read = decrypt(in, at, left, key);
        yield MlKem768.acceptable(key, 0) ? read : -1;
      }
      case EKEM1 -> {
        byte[] ciphertext = new byte[MlKem768.CIPHERTEXT];
        int read = decrypt(in, at, left, ciphertext);
        if (read < 0) {
          yield -1;
        }
        yield mix(HandshakeKeys.known(keys.e1).decapsulate(ciphertext, 0)) ? read : -1;
      }
      case EE, ES, SE, SS, PSK -> mix(token);
    };
  }

  /** Bytes consumed to fill {@code out}, or -1. */
  private int decrypt(byte[] in, int at, int left, byte[] out) {
    int length = out.length + symmetric.overhead();
    return left < length || symmetric.decryptAndHash(in, at, length, out, 0) < 0 ? -1 : length;
  }

  private void mixEphemeral(byte[] key) {
    symmetric.mixHash(key, 0, DH);
    if (pattern.pskCount() > 0) {
      symmetric.mixKey(key);
    }
  }

  /** The tokens that send nothing: 0, or -1 if a DH result is refused. */
  private int mix(Token token) {
    if (token == Token.PSK) {
      symmetric.mixKeyAndHash(keys.psks.get(psksUsed++).bytes());
      return 0;
    }
    return mix(keys.agree(token, initiator)) ? 0 : -1;
  }

  /** MixKey, after which the secret is erased; false if there is none. */
  private boolean mix(@Nullable Secret shared) {
    if (shared == null) {
      return false;
    }
    try (shared) {
      symmetric.mixKey(shared.bytes());
    }
    return true;
  }

  /**
   * The own ephemeral public key of 32 bytes, live: do not modify. Not before it is sent or given.
   */
  public byte[] ephemeralPublic() {
    return HandshakeKeys.known(keys.e).publicKey();
  }

  /** The remote static key of 32 bytes, or null as long as it is not known. */
  public byte @Nullable [] remoteStatic() {
    return keys.rs == null ? null : keys.rs.clone();
  }

  /** The remote ephemeral key of 32 bytes, or null as long as it is not known. */
  public byte @Nullable [] remoteEphemeral() {
    return keys.re == null ? null : keys.re.clone();
  }

  /** A copy of the transcript hash so far, 64 bytes. */
  public byte[] handshakeHash() {
    requireAlive();
    return symmetric.handshakeHash();
  }

  /** A copy of the chaining key so far, 64 bytes. */
  public Secret chainingKey() {
    requireAlive();
    return symmetric.chainingKey();
  }

  /** Both sides mix {@code data} into the transcript. */
  public void mixHash(byte[] data) {
    requireAlive();
    symmetric.mixHash(data, 0, data.length);
  }

  /** Both sides mix a further secret into the keys. */
  public void mixKey(byte[] secret) {
    requireAlive();
    symmetric.mixKey(secret);
  }

  /** Encrypts outside the pattern's messages; 16 bytes longer than {@code plaintext}. */
  public byte[] encryptAndHash(byte[] plaintext) {
    requireAlive();
    return symmetric.encryptAndHash(plaintext);
  }

  /** Decrypts what {@link #encryptAndHash} made, or returns null and the state is dead. */
  public byte @Nullable [] decryptAndHash(byte[] ciphertext) {
    byte[] plaintext = dead ? null : symmetric.decryptAndHash(ciphertext);
    if (plaintext == null) {
      close();
    }
    return plaintext;
  }

  /**
   * The secrets of both directions, once both messages are done.
   *
   * @throws IllegalStateException before that
   */
  public Split split() {
    requireAlive();
    if (messagesDone < pattern.messages().size()) {
      throw new IllegalStateException("the handshake is not complete");
    }
    return symmetric.split();
  }

  private void requireTurn(boolean writing) {
    requireAlive();
    if (messagesDone == pattern.messages().size()) {
      throw new IllegalStateException("the handshake is complete");
    }
    if (writing != (initiator == (messagesDone % 2 == 0))) {
      throw new IllegalStateException("it is the other side's turn");
    }
  }

  private void requireAlive() {
    if (dead) {
      throw new IllegalStateException("the handshake has failed or is closed");
    }
  }

  private int fail() {
    close();
    return -1;
  }

  /** Erases everything but the caller's static key pair. */
  @Override
  public void close() {
    dead = true;
    symmetric.close();
    keys.close();
  }
}
