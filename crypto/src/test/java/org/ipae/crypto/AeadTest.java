// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JDK's ciphers and the library's are the same functions. */
final class AeadTest {
  private static final int LONGEST = 2_100;

  private static JdkAead jdk(boolean chaCha, byte[] key) {
    JdkAead aead = new JdkAead(chaCha);
    aead.key(key, 0);
    return aead;
  }

  @Test
  void theLibraryOfTheDistributionIsInUseHere() {
    assertTrue(PacketCipher.library(), System.getProperty(LibCrypto.PROPERTY));
    assertEquals("AWS-LC 1.17.0", PacketCipher.libraryVersion());
  }

  @Test
  void theLibraryAndTheJdkGiveThePublishedAnswers() {
    for (KnownAnswer k : KnownAnswer.ALL) {
      assertTrue(LibraryCheck.knows(k));
      byte[] out = new byte[k.sealed().length];
      try (JdkAead jdk = jdk(k.chaCha(), k.key())) {
        jdk.seal(k.nonce(), k.ad(), 0, k.ad().length, k.plain(), 0, k.plain().length, out, 0);
      }
      assertArrayEquals(k.sealed(), out);
    }
    assertEquals(2, KnownAnswer.ALL.size());
  }

  @Test
  void aWrongAnswerIsNoticed() {
    KnownAnswer k = KnownAnswer.ALL.getFirst();
    byte[] wrong = k.sealed().clone();
    wrong[wrong.length - 1] ^= 1;
    assertFalse(
        LibraryCheck.knows(
            new KnownAnswer(k.chaCha(), k.key(), k.nonce(), k.ad(), k.plain(), wrong)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachOpensWhatTheOtherSealsAtEveryLength(boolean chaCha) {
    byte[] key = Sample.seeded(70).bytes(32);
    byte[] in = Sample.seeded(71).bytes(LONGEST + 9);
    byte[] nonce = new byte[12];
    try (JdkAead jdk = jdk(chaCha, key);
        NativeAead library = new NativeAead(chaCha, key)) {
      for (int length = 0; length <= LONGEST; length++) {
        nonce[length % 12]++;
        int ad = length % 20;
        byte[] a = new byte[length + 16 + 3];
        byte[] b = new byte[length + 16 + 3];
        byte[] back = new byte[length + 5];
        assertEquals(length + 16, library.seal(nonce, in, 7, ad, in, 9, length, a, 3));
        assertEquals(length + 16, jdk.seal(nonce, in, 7, ad, in, 9, length, b, 3));
        assertArrayEquals(b, a, "length " + length);
        assertEquals(length, library.open(nonce, in, 7, ad, b, 3, length + 16, back, 5));
        assertArrayEquals(
            Arrays.copyOfRange(in, 9, 9 + length), Arrays.copyOfRange(back, 5, 5 + length));
        a[3 + length % (length + 16)] ^= 4;
        assertEquals(-1, library.open(nonce, in, 7, ad, a, 3, length + 16, back, 5));
        assertArrayEquals(new byte[length], Arrays.copyOfRange(back, 5, 5 + length));
      }
    }
  }

  @Test
  void rangesOutsideAnArrayNeverReachTheLibrary() {
    byte[] b = new byte[100];
    byte[] n = new byte[12];
    try (NativeAead aead = new NativeAead(false, new byte[32])) {
      for (int[] range : new int[][] {{-1, 10}, {0, -1}, {0, 101}, {100, 1}, {90, 11}}) {
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> aead.seal(n, b, 0, 12, b, range[0], range[1], new byte[300], 0));
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> aead.seal(n, b, range[0], range[1], b, 0, 10, new byte[300], 0));
        n[0]++;
      }
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> aead.seal(n, b, 0, 12, b, 0, 100, new byte[115], 0));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> aead.open(n, b, 0, 12, b, 0, 100, new byte[83], 0));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> aead.open(n, b, 0, 12, b, 0, 101, new byte[300], 0));
    }
  }

  @Test
  void aClosedOneIsNeverUsedAgain() {
    NativeAead aead = new NativeAead(false, new byte[32]);
    aead.close();
    aead.close();
    byte[] b = new byte[40];
    assertThrows(
        IllegalStateException.class,
        () -> aead.seal(new byte[12], b, 0, 12, b, 0, 4, new byte[20], 0));
    assertThrows(
        IllegalStateException.class,
        () -> aead.open(new byte[12], b, 0, 12, b, 0, 20, new byte[20], 0));
  }
}
