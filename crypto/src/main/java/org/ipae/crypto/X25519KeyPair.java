// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** An X25519 key pair (RFC 7748). Owns its private key. */
public final class X25519KeyPair implements AutoCloseable {
  /** Bytes of a private key, a public key and a shared secret. */
  public static final int SIZE = 32;

  private final Secret privateKey;
  private final byte[] publicKey;

  private X25519KeyPair(Secret privateKey) {
    if (privateKey.length() != SIZE) {
      throw new IllegalArgumentException("an X25519 private key has 32 bytes");
    }
    this.privateKey = privateKey;
    this.publicKey = new byte[SIZE];
    X25519.scalarMultBase(privateKey.bytes(), 0, publicKey, 0);
  }

  /** A new pair from 32 random bytes; clamping happens at use. */
  public static X25519KeyPair generate(Entropy entropy) {
    return new X25519KeyPair(Secret.random(entropy, SIZE));
  }

  /** The pair of a private key of 32 bytes, which it owns from now on. */
  public static X25519KeyPair of(Secret privateKey) {
    return new X25519KeyPair(privateKey);
  }

  /** A pair of its own with the same keys. */
  X25519KeyPair copy() {
    return new X25519KeyPair(privateKey.copy());
  }

  /** The private key, still owned by this pair. */
  public Secret privateKey() {
    return privateKey;
  }

  /** The live public key of 32 bytes: do not modify. */
  public byte[] publicKey() {
    return publicKey;
  }

  /**
   * The shared secret of 32 bytes (RFC 7748 section 6.1), or null when it would be all zero, which
   * only a remote key of small order gives.
   */
  public @Nullable Secret agree(byte[] remotePublic) {
    byte[] shared = new byte[SIZE];
    if (!X25519.calculateAgreement(privateKey.bytes(), 0, remotePublic, 0, shared, 0)) {
      return null;
    }
    return Secret.take(shared);
  }

  /** Overwrites the private key. */
  @Override
  public void close() {
    privateKey.close();
  }
}
