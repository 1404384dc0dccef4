// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.ipae.crypto.Sample.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KEM;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;

final class MlKem768Test {
  /**
   * The accumulated test that C2SP/CCTV describes and Go's crypto/mlkem publishes the digest of
   * (TestAccumulated, 100 turns): a SHAKE-128 stream gives seed, message and a random ciphertext; a
   * second SHAKE-128 takes encapsulation key, ciphertext, secret and the secret of the random
   * ciphertext, which is an implicit rejection.
   */
  @Test
  void hundredKeyPairsGiveThePublishedDigest() {
    SHAKEDigest stream = new SHAKEDigest(128);
    SHAKEDigest sum = new SHAKEDigest(128);
    Entropy entropy = (out, offset, length) -> stream.doOutput(out, offset, length);
    for (int i = 0; i < 100; i++) {
      MlKem768.KeyPair pair = MlKem768.generate(entropy);
      update(sum, pair.encapsulationKey());
      MlKem768.Encapsulation sent = MlKem768.encapsulate(pair.encapsulationKey(), 0, entropy);
      update(sum, sent.ciphertext());
      update(sum, sent.secret().bytes());
      assertArrayEquals(sent.secret().bytes(), pair.decapsulate(sent.ciphertext(), 0).bytes());
      update(sum, pair.decapsulate(entropy.bytes(MlKem768.CIPHERTEXT), 0).bytes());
    }
    byte[] digest = new byte[32];
    sum.doFinal(digest, 0, 32);
    assertEquals("1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415", hex(digest));
  }

  private static void update(SHAKEDigest sum, byte[] bytes) {
    sum.update(bytes, 0, bytes.length);
  }

  @Test
  void theJdkOpensWhatWeEncapsulate() throws Exception {
    KeyPair jdk = KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair();
    byte[] encoded = jdk.getPublic().getEncoded();
    MlKem768.Encapsulation sent =
        MlKem768.encapsulate(
            encoded, encoded.length - MlKem768.ENCAPSULATION_KEY, Sample.seeded(3));
    byte[] theirs =
        KEM.getInstance("ML-KEM")
            .newDecapsulator(jdk.getPrivate())
            .decapsulate(sent.ciphertext())
            .getEncoded();
    assertArrayEquals(theirs, sent.secret().bytes());
  }

  @Test
  void weOpenWhatTheJdkEncapsulates() throws Exception {
    MlKem768.KeyPair pair = MlKem768.generate(Sample.seeded(4));
    byte[] encoded =
        KeyPairGenerator.getInstance("ML-KEM-768").generateKeyPair().getPublic().getEncoded();
    System.arraycopy(
        pair.encapsulationKey(),
        0,
        encoded,
        encoded.length - MlKem768.ENCAPSULATION_KEY,
        MlKem768.ENCAPSULATION_KEY);
    var key = KeyFactory.getInstance("ML-KEM-768").generatePublic(new X509EncodedKeySpec(encoded));
    KEM.Encapsulated sent = KEM.getInstance("ML-KEM").newEncapsulator(key).encapsulate();
    assertArrayEquals(sent.key().getEncoded(), pair.decapsulate(sent.encapsulation(), 0).bytes());
  }

  @Test
  void aCoefficientOfQOrMoreIsRefused() {
    byte[] key = MlKem768.generate(Sample.seeded(5)).encapsulationKey().clone();
    assertTrue(MlKem768.acceptable(key, 0));
    // The last 32 bytes are the seed of the matrix; before it are 12-bit coefficients, q = 3329.
    for (int at = 0; at < MlKem768.ENCAPSULATION_KEY - 32; at += 3) {
      byte[] bad = key.clone();
      bad[at] = 0x01;
      bad[at + 1] = (byte) (bad[at + 1] & 0xf0 | 0x0d);
      assertFalse(MlKem768.acceptable(bad, 0));
      assertNull(MlKem768.encapsulate(bad, 0, Sample.seeded(6)));
    }
  }

  @Test
  void shortInputsAreRefused() {
    MlKem768.KeyPair pair = MlKem768.generate(Sample.seeded(5));
    assertNull(MlKem768.encapsulate(pair.encapsulationKey(), 1, Sample.seeded(6)));
    assertNull(pair.decapsulate(new byte[MlKem768.CIPHERTEXT], 1));
    assertNotNull(pair.decapsulate(new byte[MlKem768.CIPHERTEXT + 1], 1));
  }

  @Test
  void keyGenerationAndEncapsulationDependOnEntropyAlone() {
    byte[] key = MlKem768.generate(Sample.seeded(7)).encapsulationKey();
    assertArrayEquals(key, MlKem768.generate(Sample.seeded(7)).encapsulationKey());
    assertArrayEquals(
        MlKem768.encapsulate(key, 0, Sample.seeded(8)).ciphertext(),
        MlKem768.encapsulate(key, 0, Sample.seeded(8)).ciphertext());
    assertFalse(
        Arrays.equals(
            MlKem768.encapsulate(key, 0, Sample.seeded(8)).ciphertext(),
            MlKem768.encapsulate(key, 0, Sample.seeded(9)).ciphertext()));
  }
}
