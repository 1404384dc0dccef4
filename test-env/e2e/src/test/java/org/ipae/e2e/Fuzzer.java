// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Sha256;

/**
 * Sends random and mutated datagrams of every type; part of them with a right mac1, so that they
 * get past the first check. Bounded in count; a process of its own: ADDRESS PORT KEY COUNT SEED.
 */
public final class Fuzzer {
  private static final int[] LENGTHS = {128, 76, 1352, 152, 1232, 128, 714, 12, 28, 44, 60, 1452};
  private static final int PACE = 64;

  private Fuzzer() {}

  public static void main(String[] args) throws Exception {
    InetSocketAddress target = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    byte[] key = PublicKey.parse(args[2]).bytes();
    int count = Integer.parseInt(args[3]);
    Random random = new Random(Long.parseLong(args[4]));
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] label = "ipae1 mac1".getBytes(StandardCharsets.US_ASCII);
    mac.init(new SecretKeySpec(Sha256.hash(label, key), "HmacSHA256"));
    try (DatagramChannel c = DatagramChannel.open()) {
      c.bind(null);
      for (int i = 0; i < count; i++) {
        send(c, target, datagram(random, mac));
        if (i % PACE == 0) {
          LockSupport.parkNanos(500_000); // about 100,000 a second at most
        }
      }
    }
    System.out.println(count + " sent, seed " + args[4]);
  }

  private static void send(DatagramChannel c, InetSocketAddress to, byte[] b) {
    try {
      c.send(ByteBuffer.wrap(b), to);
    } catch (IOException e) {
      LockSupport.parkNanos(1_000_000); // a full queue of the kernel
    }
  }

  static byte[] datagram(Random random, Mac mac) {
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    if (random.nextInt(8) == 0) {
      length = random.nextInt(1_473);
    }
    byte[] b = new byte[length];
    random.nextBytes(b);
    if (length < 4) {
      return b;
    }
    b[0] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : random.nextInt(8));
    b[1] = 1;
    b[2] = (byte) (1 + random.nextInt(3));
    b[3] = (byte) random.nextInt(2);
    int covered = length == 128 ? 120 : 60;
    int at = length == 128 ? 120 : length - 16;
    if (length >= 128 && random.nextBoolean()) {
      b[3] = 0;
      byte[] m = mac.doFinal(Arrays.copyOf(b, covered));
      System.arraycopy(m, 0, b, at, 8);
    }
    return b;
  }
}
