// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PacketCipherTest {
  private static final int PACKET = 1420;
  private static final int WINDOWS = 20;
  private static final int ROUNDS = 10_000;
  private static final int LIMIT = 112;
  private static final byte[] KEY = Sample.seeded(40).bytes(32);
  private static final byte[] HEADER = Sample.seeded(41).bytes(20);

  private static Secret key() {
    return Secret.copyOf(KEY, 0, 32);
  }

  private static byte[] nonce(int counter) {
    byte[] nonce = new byte[12];
    count(nonce, counter);
    return nonce;
  }

  private static void count(byte[] nonce, int counter) {
    for (int i = 0; i < 4; i++) {
      nonce[8 + i] = (byte) (counter >>> (8 * (3 - i)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void packetsOfEveryLengthComeBack(Suite suite) {
    PacketCipher seal = PacketCipher.sealing(suite, key());
    PacketCipher open = PacketCipher.opening(suite, key());
    for (int length = 0; length < 700; length++) {
      byte[] in = Sample.seeded(length).bytes(length + 5);
      byte[] wire = new byte[length + 16 + 7];
      byte[] out = new byte[length + 3];
      assertEquals(length + 16, seal.seal(nonce(length), HEADER, 4, 12, in, 5, length, wire, 7));
      assertEquals(length, open.open(nonce(length), HEADER, 4, 12, wire, 7, length + 16, out, 3));
      assertArrayEquals(
          Arrays.copyOfRange(in, 5, 5 + length), Arrays.copyOfRange(out, 3, 3 + length));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBadPacketIsRefusedItsOutputWipedAndTheNextGoodOneOpens(Suite suite) {
    PacketCipher seal = PacketCipher.sealing(suite, key());
    PacketCipher open = PacketCipher.opening(suite, key());
    byte[] in = Sample.seeded(1).bytes(300);
    byte[] wire = new byte[316];
    seal.seal(nonce(1), HEADER, 0, 12, in, 0, 300, wire, 0);
    for (int i = 0; i < wire.length; i++) {
      byte[] bad = wire.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      byte[] out = new byte[310];
      Arrays.fill(out, (byte) 0x55);
      assertEquals(-1, open.open(nonce(1), HEADER, 0, 12, bad, 0, 316, out, 5));
      byte[] expected = new byte[310];
      Arrays.fill(expected, 0, 5, (byte) 0x55);
      Arrays.fill(expected, 305, 310, (byte) 0x55);
      assertArrayEquals(expected, out);
    }
    byte[] out = new byte[300];
    assertEquals(-1, open.open(nonce(2), HEADER, 0, 12, wire, 0, 316, out, 0));
    assertEquals(-1, open.open(nonce(1), HEADER, 0, 11, wire, 0, 316, out, 0));
    assertEquals(300, open.open(nonce(1), HEADER, 0, 12, wire, 0, 316, out, 0));
    assertEquals(300, open.open(nonce(1), HEADER, 0, 12, wire, 0, 316, out, 0));
    assertArrayEquals(in, out);
  }

  @ParameterizedTest
  @EnumSource
  void everyLengthShorterThanThePacketIsRefused(Suite suite) {
    byte[] wire = new byte[66];
    PacketCipher.sealing(suite, key()).seal(nonce(1), HEADER, 0, 12, new byte[50], 0, 50, wire, 0);
    PacketCipher open = PacketCipher.opening(suite, key());
    for (int length = 0; length < wire.length; length++) {
      assertEquals(-1, open.open(nonce(1), HEADER, 0, 12, wire, 0, length, new byte[50], 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void misuseIsAProgrammingError(Suite suite) {
    byte[] in = new byte[10];
    byte[] wire = new byte[26];
    PacketCipher seal = PacketCipher.sealing(suite, key());
    PacketCipher open = PacketCipher.opening(suite, key());
    seal.seal(nonce(1), HEADER, 0, 12, in, 0, 10, wire, 0);
    assertThrows(
        IllegalStateException.class, () -> seal.seal(nonce(1), HEADER, 0, 12, in, 0, 10, wire, 0));
    assertThrows(
        IllegalStateException.class, () -> open.seal(nonce(1), HEADER, 0, 12, in, 0, 10, wire, 0));
    assertThrows(
        IllegalStateException.class, () -> seal.open(nonce(1), HEADER, 0, 12, wire, 0, 26, in, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> open.open(nonce(1), HEADER, 0, 12, wire, 0, 26, wire, 0));
    seal.close();
    assertThrows(
        IllegalStateException.class, () -> seal.seal(nonce(2), HEADER, 0, 12, in, 0, 10, wire, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> PacketCipher.sealing(suite, Secret.take(new byte[16])));
  }

  @Test
  void closingEitherCipherRightAfterUseWorks() {
    for (Suite suite : Suite.values()) {
      PacketCipher zero = PacketCipher.sealing(suite, Secret.take(new byte[32]));
      zero.seal(new byte[12], HEADER, 0, 12, HEADER, 0, 0, new byte[16], 0);
      zero.close();
      zero.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPacketCostsFewBytesOfHeap(Suite suite) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    PacketCipher seal = PacketCipher.sealing(suite, key());
    PacketCipher open = PacketCipher.opening(suite, key());
    byte[] plain = new byte[PACKET];
    byte[] wire = new byte[PACKET + 16];
    byte[] nonce = new byte[12];
    long sealed = Integer.MAX_VALUE;
    long opened = Integer.MAX_VALUE;
    // Nothing, or two array ranges of 48 bytes: the JIT compiler leaves them out or not. The least
    // of several windows: before the JIT compiler is done there is garbage of its lack.
    for (int window = 0; window < WINDOWS && sealed + opened > 0; window++) {
      long sealing = 0;
      long opening = 0;
      for (int i = 0; i < ROUNDS; i++) {
        count(nonce, window * ROUNDS + i);
        long start = threads.getCurrentThreadAllocatedBytes();
        seal.seal(nonce, HEADER, 0, 12, plain, 0, PACKET, wire, 0);
        long middle = threads.getCurrentThreadAllocatedBytes();
        int length = open.open(nonce, HEADER, 0, 12, wire, 0, wire.length, plain, 0);
        opening += threads.getCurrentThreadAllocatedBytes() - middle;
        sealing += middle - start;
        assertEquals(PACKET, length);
      }
      sealed = Math.min(sealed, sealing / ROUNDS);
      opened = Math.min(opened, opening / ROUNDS);
    }
    System.out.println(
        suite.configName()
            + ": heap bytes per packet of 1420: seal "
            + sealed
            + ", open "
            + opened);
    assertTrue(sealed < LIMIT, "seal");
    assertTrue(opened < LIMIT, "open");
  }
}
