// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.ipae.crypto.Sample.hex;
import static org.ipae.crypto.Sample.secret;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HeaderMaskTest {
  @Test
  void chaChaGivesTheMaskOfRfc9001AppendixA5() {
    HeaderMask mask =
        HeaderMask.of(
            Suite.X25519_MLKEM768_CHACHA20POLY1305,
            secret("25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4"));
    byte[] out = new byte[16];
    Arrays.fill(out, (byte) 0x55);
    mask.masks(hex("5e5cd55c41f69080575d7999c25a5bfb"), 0, 1, out, 0);
    assertEquals("aefefe7d030000000000000000000000", hex(out));
  }

  @Test
  void aesGivesTheBlockOfFips197AppendixC3() {
    HeaderMask mask =
        HeaderMask.of(
            Suite.X25519_AES256GCM,
            secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    byte[] out = new byte[16];
    mask.masks(hex("00112233445566778899aabbccddeeff"), 0, 1, out, 0);
    assertEquals("8ea2b7ca516745bfeafc49904b496089", hex(out));
  }

  @ParameterizedTest
  @EnumSource
  void aBatchGivesTheSameMasksAsOneByOne(Suite suite) {
    Secret key = Secret.random(Sample.seeded(50), 32);
    byte[] samples = Sample.seeded(51).bytes(3 + 40 * 16);
    HeaderMask mask = HeaderMask.of(suite, key);
    byte[] batch = new byte[2 + 40 * 16];
    mask.masks(samples, 3, 40, batch, 2);
    for (int i = 0; i < 40; i++) {
      byte[] one = new byte[16];
      HeaderMask.of(suite, key).masks(samples, 3 + 16 * i, 1, one, 0);
      assertArrayEquals(one, Arrays.copyOfRange(batch, 2 + 16 * i, 18 + 16 * i));
    }
    mask.masks(samples, 0, 0, batch, 0);
  }

  @ParameterizedTest
  @EnumSource
  void repeatedAndExtremeSamplesAreMasked(Suite suite) {
    HeaderMask mask = HeaderMask.of(suite, Secret.random(Sample.seeded(52), 32));
    byte[] samples = new byte[64];
    Arrays.fill(samples, 32, 64, (byte) 0xff);
    byte[] out = new byte[64];
    mask.masks(samples, 0, 4, out, 0);
    assertArrayEquals(Arrays.copyOf(out, 16), Arrays.copyOfRange(out, 16, 32));
    assertArrayEquals(Arrays.copyOfRange(out, 32, 48), Arrays.copyOfRange(out, 48, 64));
  }

  @Test
  void aesMasksCostNoHeap() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    HeaderMask mask = HeaderMask.of(Suite.X25519_AES256GCM, Secret.random(Sample.seeded(53), 32));
    byte[] samples = Sample.seeded(54).bytes(64 * 16);
    byte[] out = new byte[64 * 16];
    for (int i = 0; i < 20_000; i++) {
      mask.masks(samples, 0, 64, out, 0);
    }
    long start = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1_000; i++) {
      mask.masks(samples, 0, 64, out, 0);
    }
    long perCall = (threads.getCurrentThreadAllocatedBytes() - start) / 1_000;
    System.out.println("AES header masks: heap bytes per call of 64: " + perCall);
    assertTrue(perCall < 64);
  }
}
