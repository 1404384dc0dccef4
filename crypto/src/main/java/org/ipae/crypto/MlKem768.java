// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/** ML-KEM-768 (FIPS 203), deterministic given its entropy. */
public final class MlKem768 {
  /** Bytes of an encapsulation key. */
  public static final int ENCAPSULATION_KEY = 1184;

  /** Bytes of a ciphertext. */
  public static final int CIPHERTEXT = 1088;

  /** Bytes of a shared secret. */
  public static final int SHARED_SECRET = 32;

  private static final int SEED = 64;
  private static final int MESSAGE = 32;

  private MlKem768() {}

  /** A new key pair from 64 random bytes, d || z (FIPS 203 section 7.1). */
  public static KeyPair generate(Entropy entropy) {
    byte[] seed = entropy.bytes(SEED);
    var parameters = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed);
    try {
      return new KeyPair(Secret.take(parameters.getEncoded()), parameters.getPublicKey());
    } finally {
      parameters.destroy();
      Arrays.fill(seed, (byte) 0);
    }
  }

  /**
   * A new shared secret for the owner of {@code encapsulationKey}, from 32 random bytes (FIPS 203
   * section 7.2).
   *
   * @return null if there are not 1184 bytes at {@code offset} or the key fails the modulus check
   */
  public static @Nullable Encapsulation encapsulate(
      byte[] encapsulationKey, int offset, Entropy entropy) {
    MLKEMPublicKeyParameters key = parse(encapsulationKey, offset);
    if (key == null) {
      return null;
    }
    byte[] message = entropy.bytes(MESSAGE);
    SecretWithEncapsulation result = MLKEMGenerator.internalGenerateEncapsulated(key, message);
    Arrays.fill(message, (byte) 0);
    Secret secret = Secret.take(result.getSecret());
    byte[] ciphertext = result.getEncapsulation();
    destroy(result);
    return new Encapsulation(ciphertext, secret);
  }

  /** Whether the 1184 bytes at {@code offset} are there and pass the modulus check. */
  static boolean acceptable(byte[] encapsulationKey, int offset) {
    return parse(encapsulationKey, offset) != null;
  }

  private static @Nullable MLKEMPublicKeyParameters parse(byte[] key, int offset) {
    if (key.length - offset < ENCAPSULATION_KEY) {
      return null;
    }
    try {
      return new MLKEMPublicKeyParameters(
          MLKEMParameters.ml_kem_768, Arrays.copyOfRange(key, offset, offset + ENCAPSULATION_KEY));
    } catch (IllegalArgumentException refused) {
      return null;
    }
  }

  private static void destroy(SecretWithEncapsulation result) {
    try {
      result.destroy();
    } catch (DestroyFailedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A ciphertext for the wire and the secret it carries. */
  public static final class Encapsulation implements AutoCloseable {
    private final byte[] ciphertext;
    private final Secret secret;

    private Encapsulation(byte[] ciphertext, Secret secret) {
      this.ciphertext = ciphertext;
      this.secret = secret;
    }

    /** The live ciphertext of 1088 bytes: do not modify. */
    public byte[] ciphertext() {
      return ciphertext;
    }

    /** The shared secret of 32 bytes, owned by this object. */
    public Secret secret() {
      return secret;
    }

    @Override
    public void close() {
      secret.close();
    }
  }

  /** A key pair; owns its decapsulation key. */
  public static final class KeyPair implements AutoCloseable {
    private final Secret decapsulationKey;
    private final byte[] encapsulationKey;

    private KeyPair(Secret decapsulationKey, byte[] encapsulationKey) {
      this.decapsulationKey = decapsulationKey;
      this.encapsulationKey = encapsulationKey;
    }

    /** The live encapsulation key of 1184 bytes: do not modify. */
    public byte[] encapsulationKey() {
      return encapsulationKey;
    }

    /** The decapsulation key of 2400 bytes (FIPS 203 section 7.1), owned by this pair. */
    Secret decapsulationKey() {
      return decapsulationKey;
    }

    KeyPair copy() {
      return new KeyPair(decapsulationKey.copy(), encapsulationKey);
    }

    /**
     * The shared secret of 32 bytes (FIPS 203 section 7.3). A forged ciphertext gives a secret that
     * nobody knows, not an error.
     *
     * @return null only if there are not 1088 bytes at {@code offset}
     */
    public @Nullable Secret decapsulate(byte[] ciphertext, int offset) {
      if (ciphertext.length - offset < CIPHERTEXT) {
        return null;
      }
      var key = new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, decapsulationKey.bytes());
      try {
        return Secret.take(
            new MLKEMExtractor(key)
                .extractSecret(Arrays.copyOfRange(ciphertext, offset, offset + CIPHERTEXT)));
      } finally {
        key.destroy();
      }
    }

    @Override
    public void close() {
      decapsulationKey.close();
    }
  }
}
