// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;

/** Makes bad datagrams of good ones. */
final class Mutator {
  private final Random random;
  private final List<byte[]> corpus;
  private final Mac1 mac1;

  /**
   * @param target whose mac1 about a third of the datagrams bear, so that they get past it
   */
  Mutator(Random random, List<byte[]> corpus, PublicKey target) {
    this.random = random;
    this.corpus = corpus;
    mac1 = new Mac1(target);
  }

  private byte[] pick() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  byte[] next() {
    byte[] b = pick().clone();
    switch (random.nextInt(10)) {
      case 0 -> {}
      case 1, 2, 3 -> {
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
          b[random.nextInt(b.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 4 -> b = Arrays.copyOf(b, random.nextInt(b.length + 1));
      case 5 -> {
        int old = b.length;
        b = Arrays.copyOf(b, old + 1 + random.nextInt(200));
        for (int i = old; i < b.length; i++) {
          b[i] = (byte) random.nextInt();
        }
      }
      case 6 -> {
        byte[] other = pick();
        int n = random.nextInt(Math.min(b.length, other.length) + 1);
        System.arraycopy(other, 0, b, 0, n);
      }
      case 7 -> {
        int from = random.nextInt(b.length);
        int to = from + random.nextInt(b.length - from + 1);
        for (int i = from; i < to; i++) {
          b[i] = (byte) random.nextInt();
        }
      }
      case 8 -> {
        byte[] rest = new byte[b.length];
        random.nextBytes(rest);
        System.arraycopy(rest, 2, b, 2, Math.max(0, b.length - 2));
      }
      default -> {
        b = new byte[random.nextInt(1500)];
        random.nextBytes(b);
      }
    }
    if (random.nextInt(3) == 0) {
      readable(b);
    }
    return b;
  }

  /** Gives a datagram of the right length a right mac1. */
  void readable(byte[] b) {
    if (b.length == Sizes.COOKIE_REQUEST && b[0] == MessageType.COOKIE_REQUEST) {
      mac1.write(b, CookieRequest.MAC1, CookieRequest.MAC1);
    } else if (b.length == Sizes.INIT_PART && b[0] == MessageType.INIT_PART) {
      mac1.write(b, Sizes.INIT_MACS_COVER, InitPart.MAC1);
    } else if ((b.length == Sizes.INIT_HYBRID || b.length == Sizes.INIT_CLASSICAL)
        && b[0] == MessageType.INIT) {
      mac1.write(b, Sizes.INIT_MACS_COVER, b.length - Sizes.INIT_MACS);
    }
  }
}
