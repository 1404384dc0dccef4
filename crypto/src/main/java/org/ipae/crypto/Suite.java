// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import org.jspecify.annotations.Nullable;

/** The cipher suites: one row each. AES is AES-256; the hash of the handshake is SHA-512. */
public enum Suite {
  /** The default. */
  X25519_MLKEM768_AES256GCM(
      0x01,
      "Noise_IKhfs+psk0_25519+MLKEM768_AESGCM_SHA512",
      "x25519-mlkem768-aes256gcm",
      true,
      false),
  /** For machines without AES instructions. */
  X25519_MLKEM768_CHACHA20POLY1305(
      0x02,
      "Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA512",
      "x25519-mlkem768-chacha20poly1305",
      true,
      true),
  /** Classical: no secrecy against a quantum computer. */
  X25519_AES256GCM(0x03, "Noise_IKpsk0_25519_AESGCM_SHA512", "x25519-aes256gcm", false, false);

  private static final int TAG = 16;
  private static final int PUBLIC_KEY = 32;

  private final int id;
  private final String noiseName;
  private final String configName;
  private final boolean hybrid;
  private final boolean chaCha;

  Suite(int id, String noiseName, String configName, boolean hybrid, boolean chaCha) {
    this.id = id;
    this.noiseName = noiseName;
    this.configName = configName;
    this.hybrid = hybrid;
    this.chaCha = chaCha;
  }

  /** The suite byte of the wire format. */
  public int id() {
    return id;
  }

  /** This suite's bit in a 16-bit set of suites: {@code 1 << (id - 1)}. */
  public int bit() {
    return 1 << (id - 1);
  }

  /** The Noise protocol name; it initialises the handshake hash. */
  public String noiseName() {
    return noiseName;
  }

  /** The name in configuration files and logs. */
  public String configName() {
    return configName;
  }

  /** Whether the handshake also exchanges an ML-KEM-768 secret. */
  public boolean hybrid() {
    return hybrid;
  }

  boolean chaCha() {
    return chaCha;
  }

  /** Bytes of the first Noise message beyond its payload: e, [e1 and tag], s and tag, tag. */
  public int message1Overhead() {
    return PUBLIC_KEY + (hybrid ? MlKem768.ENCAPSULATION_KEY + TAG : 0) + (PUBLIC_KEY + TAG) + TAG;
  }

  /** Bytes of the second Noise message beyond its payload: e, [ciphertext and tag], tag. */
  public int message2Overhead() {
    return PUBLIC_KEY + (hybrid ? MlKem768.CIPHERTEXT + TAG : 0) + TAG;
  }

  /** The suite with this wire identifier, or null. */
  public static @Nullable Suite byId(int id) {
    for (Suite suite : values()) {
      if (suite.id == id) {
        return suite;
      }
    }
    return null;
  }

  /** The suite with exactly this configuration name, or null. */
  public static @Nullable Suite byConfigName(String name) {
    for (Suite suite : values()) {
      if (suite.configName.equals(name)) {
        return suite;
      }
    }
    return null;
  }
}
