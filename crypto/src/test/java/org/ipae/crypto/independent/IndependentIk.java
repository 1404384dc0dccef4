// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto.independent;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A second implementation of the handshakes, for tests only: IKpsk0 over 25519 and IKhfs+psk0 over
 * 25519+MLKEM768, both with SHA-512, straight from the Noise specification (rev 34) on the JDK's
 * primitives. It shares no line with the engine it checks. Secrets are not erased.
 *
 * <p>Call {@link #write} and {@link #read} once each, in the order of the role; then {@link
 * #split}.
 */
public final class IndependentIk {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MLKEM_EK = 1184;
  private static final int MLKEM_CT = 1088;

  private final boolean hybrid;
  private final boolean chaCha;
  private final boolean initiator;
  private final byte[] staticPrivate;
  private final byte[] ephemeralPrivate;
  private final byte[] psk;
  private byte[] remoteStatic;
  private byte[] remoteEphemeral;
  private KeyPair kemPair;
  private byte[] remoteKemKey;

  private byte[] h;
  private byte[] ck;
  private byte[] k;
  private long n;

  /**
   * @param protocolName one of the three protocol names in use
   * @param staticPrivate 32 bytes
   * @param ephemeralPrivate 32 bytes, or null for random ones
   * @param remoteStatic 32 bytes for the initiator, null for the responder
   * @param psk 32 bytes
   */
  public IndependentIk(
      String protocolName,
      boolean initiator,
      byte[] prologue,
      byte[] staticPrivate,
      byte[] ephemeralPrivate,
      byte[] remoteStatic,
      byte[] psk) {
    switch (protocolName) {
      case "Noise_IKhfs+psk0_25519+MLKEM768_AESGCM_SHA512" -> {
        hybrid = true;
        chaCha = false;
      }
      case "Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA512" -> {
        hybrid = true;
        chaCha = true;
      }
      case "Noise_IKpsk0_25519_AESGCM_SHA512" -> {
        hybrid = false;
        chaCha = false;
      }
      default -> throw new IllegalArgumentException(protocolName);
    }
    this.initiator = initiator;
    this.staticPrivate = staticPrivate.clone();
    this.ephemeralPrivate = ephemeralPrivate == null ? random(32) : ephemeralPrivate.clone();
    this.remoteStatic = remoteStatic;
    this.psk = psk.clone();
    h = Arrays.copyOf(protocolName.getBytes(StandardCharsets.US_ASCII), 64);
    ck = h;
    mixHash(prologue);
    mixHash(initiator ? remoteStatic : publicKey(staticPrivate));
  }

  /** The initiator's first or the responder's second message. */
  public byte[] write(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (initiator) {
      mixKeyAndHash(psk);
      writeEphemeral(out);
      mixKey(dh(ephemeralPrivate, remoteStatic));
      if (hybrid) {
        kemPair = kemPair();
        out.writeBytes(encryptAndHash(rawKemKey(kemPair.getPublic())));
      }
      out.writeBytes(encryptAndHash(publicKey(staticPrivate)));
      mixKey(dh(staticPrivate, remoteStatic));
    } else {
      writeEphemeral(out);
      mixKey(dh(ephemeralPrivate, remoteEphemeral));
      if (hybrid) {
        KEM.Encapsulated encapsulated = encapsulate(remoteKemKey);
        out.writeBytes(encryptAndHash(encapsulated.encapsulation()));
        mixKey(encapsulated.key().getEncoded());
      }
      mixKey(dh(ephemeralPrivate, remoteStatic));
    }
    out.writeBytes(encryptAndHash(payload));
    return out.toByteArray();
  }

  /**
   * The payload of the other side's message, or null if it is refused; then this object is spent.
   */
  public byte[] read(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (initiator) {
        readEphemeral(in);
        mixKey(dh(ephemeralPrivate, remoteEphemeral));
        if (hybrid) {
          mixKey(decapsulate(decryptAndHash(take(in, MLKEM_CT + 16))));
        }
        mixKey(dh(staticPrivate, remoteEphemeral));
      } else {
        mixKeyAndHash(psk);
        readEphemeral(in);
        mixKey(dh(staticPrivate, remoteEphemeral));
        if (hybrid) {
          remoteKemKey = decryptAndHash(take(in, MLKEM_EK + 16));
        }
        remoteStatic = decryptAndHash(take(in, 32 + 16));
        mixKey(dh(staticPrivate, remoteStatic));
      }
      return decryptAndHash(take(in, in.remaining()));
    } catch (Refused refused) {
      return null;
    }
  }

  /** The other side's static public key, 32 bytes; null before it is known. */
  public byte[] remoteStatic() {
    return remoteStatic;
  }

  /** The transcript hash, 64 bytes. */
  public byte[] handshakeHash() {
    return h.clone();
  }

  /** The chaining key, 64 bytes. */
  public byte[] chainingKey() {
    return ck.clone();
  }

  /** Initiator to responder and responder to initiator, 64 bytes each. */
  public byte[][] split() {
    return hkdf(new byte[0], 2);
  }

  /** MixHash, for what follows the messages. */
  public void mixHash(byte[] data) {
    h = sha512(h, data);
  }

  /** MixKey, for what follows the messages. */
  public void mixKey(byte[] input) {
    byte[][] output = hkdf(input, 2);
    ck = output[0];
    k = Arrays.copyOf(output[1], 32);
    n = 0;
  }

  /** EncryptAndHash, for what follows the messages. */
  public byte[] encryptAndHash(byte[] plaintext) {
    byte[] ciphertext = aead(Cipher.ENCRYPT_MODE, plaintext);
    mixHash(ciphertext);
    return ciphertext;
  }

  /** DecryptAndHash, for what follows the messages; null for a bad tag. */
  public byte[] tryDecryptAndHash(byte[] ciphertext) {
    try {
      return decryptAndHash(ciphertext);
    } catch (Refused refused) {
      return null;
    }
  }

  /** The X25519 public key of a private key: its product with the base point 9. */
  public static byte[] publicKey(byte[] privateKey) {
    byte[] nine = new byte[32];
    nine[0] = 9;
    return dh(privateKey, nine);
  }

  private byte[] decryptAndHash(byte[] ciphertext) {
    byte[] plaintext = aead(Cipher.DECRYPT_MODE, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  private void writeEphemeral(ByteArrayOutputStream out) {
    byte[] e = publicKey(ephemeralPrivate);
    out.writeBytes(e);
    mixHash(e);
    mixKey(e);
  }

  private void readEphemeral(ByteBuffer in) {
    remoteEphemeral = take(in, 32);
    mixHash(remoteEphemeral);
    mixKey(remoteEphemeral);
  }

  private void mixKeyAndHash(byte[] input) {
    byte[][] output = hkdf(input, 3);
    ck = output[0];
    mixHash(output[1]);
    k = Arrays.copyOf(output[2], 32);
    n = 0;
  }

  private byte[] aead(int mode, byte[] data) {
    ByteBuffer nonce = ByteBuffer.allocate(12);
    nonce.order(chaCha ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putLong(4, n++);
    try {
      Cipher cipher = Cipher.getInstance(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(k, chaCha ? "ChaCha20" : "AES"),
          chaCha ? new IvParameterSpec(nonce.array()) : new GCMParameterSpec(128, nonce.array()));
      cipher.updateAAD(h);
      return cipher.doFinal(data);
    } catch (AEADBadTagException bad) {
      throw new Refused();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[][] hkdf(byte[] input, int count) {
    byte[] temp = hmac(ck, input);
    byte[][] output = new byte[count][];
    byte[] previous = new byte[0];
    for (int i = 0; i < count; i++) {
      previous = hmac(temp, previous, new byte[] {(byte) (i + 1)});
      output[i] = previous;
    }
    return output;
  }

  private static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA512");
      mac.init(new SecretKeySpec(key, "HmacSHA512"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha512(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The X25519 product of a private and a public key. */
  public static byte[] dh(byte[] privateKey, byte[] publicKey) {
    try {
      KeyFactory factory = KeyFactory.getInstance("XDH");
      PrivateKey own =
          factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, privateKey));
      byte[] bigEndian = new byte[32];
      for (int i = 0; i < 32; i++) {
        bigEndian[31 - i] = publicKey[i];
      }
      bigEndian[0] &= 0x7f;
      BigInteger u = new BigInteger(1, bigEndian);
      PublicKey remote = factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
      KeyAgreement agreement = KeyAgreement.getInstance("XDH");
      agreement.init(own);
      agreement.doPhase(remote, true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException smallOrder) {
      throw new Refused();
    }
  }

  private static KeyPair kemPair() {
    try {
      return KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key itself is the end of its X.509 encoding. */
  private static byte[] rawKemKey(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - MLKEM_EK, encoded.length);
  }

  private static KEM.Encapsulated encapsulate(byte[] rawKey) {
    try {
      byte[] encoded = kemPair().getPublic().getEncoded();
      System.arraycopy(rawKey, 0, encoded, encoded.length - MLKEM_EK, MLKEM_EK);
      PublicKey key =
          KeyFactory.getInstance("ML-KEM-768").generatePublic(new X509EncodedKeySpec(encoded));
      return KEM.getInstance("ML-KEM").newEncapsulator(key).encapsulate();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] decapsulate(byte[] ciphertext) {
    try {
      return KEM.getInstance("ML-KEM")
          .newDecapsulator(kemPair.getPrivate())
          .decapsulate(ciphertext)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new Refused();
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (in.remaining() < length) {
      throw new Refused();
    }
    byte[] out = new byte[length];
    in.get(out);
    return out;
  }

  private static byte[] random(int length) {
    byte[] out = new byte[length];
    RANDOM.nextBytes(out);
    return out;
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
