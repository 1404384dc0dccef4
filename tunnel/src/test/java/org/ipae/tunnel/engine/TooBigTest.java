// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.tunnel.link.Allowance;
import org.ipae.tunnel.routing.IpHeader;
import org.junit.jupiter.api.Test;

/** Whom an answer may be sent to, and what it looks like. */
class TooBigTest {
  private final List<byte[]> answers = new ArrayList<>();
  private final TooBig tooBig =
      new TooBig(
          (b, off, len) -> answers.add(Arrays.copyOfRange(b, off, off + len)), new Allowance());

  private static byte[] v4(int protocol, int flags, int from, int to) {
    ByteBuffer p = ByteBuffer.allocate(1_420);
    p.put((byte) 0x45).put((byte) 0).putShort((short) 1_420).putShort((short) 0);
    p.putShort((short) flags).put((byte) 64).put((byte) protocol).putShort((short) 0);
    p.put(new byte[] {(byte) from, 1, 0, 1}).put(new byte[] {(byte) to, 2, 0, 1});
    return p.array();
  }

  private static byte[] v6(int next, int from, int to) {
    ByteBuffer p = ByteBuffer.allocate(1_420);
    p.putInt(0x6000_0000).putShort((short) 1_380).put((byte) next).put((byte) 64);
    p.put((byte) from).put(new byte[14]).put((byte) (from == 0 ? 0 : 1));
    p.put((byte) to).put(new byte[14]).put((byte) 2);
    return p.array();
  }

  private static boolean concerns(byte[] packet) {
    return TooBig.concerns(packet, 0, packet.length);
  }

  private static byte[] with(byte[] packet, int at, int value) {
    packet[at] = (byte) value;
    return packet;
  }

  @Test
  void ipv4IsAnsweredOnlyIfItMayNotBeCut() {
    assertTrue(concerns(v4(17, 0x4000, 10, 10)));
    assertFalse(concerns(v4(17, 0, 10, 10)));
    assertFalse(concerns(v4(17, 0x4001, 10, 10)), "not the first fragment");
    assertTrue(concerns(v4(17, 0x6000, 10, 10)), "the first fragment");
  }

  @Test
  void errorsAndWhatIsNotOneHostAreNeverAnswered() {
    for (int type : new int[] {3, 4, 5, 11, 12}) {
      assertFalse(concerns(with(v4(1, 0x4000, 10, 10), 20, type)), "ICMP " + type);
    }
    assertTrue(concerns(with(v4(1, 0x4000, 10, 10), 20, 8)), "echo");
    for (int type : new int[] {1, 2, 3, 4, 127}) {
      assertFalse(concerns(with(v6(58, 0xfd, 0xfd), 40, type)), "ICMPv6 " + type);
    }
    assertTrue(concerns(with(v6(58, 0xfd, 0xfd), 40, 128)), "echo");
    for (int other : new int[] {0, 127, 224, 239, 255}) {
      assertFalse(concerns(v4(17, 0x4000, other, 10)), "from " + other);
      assertFalse(concerns(v4(17, 0x4000, 10, other)), "to " + other);
    }
    assertFalse(concerns(v6(17, 0xff, 0xfd)));
    assertFalse(concerns(v6(17, 0xfd, 0xff)));
    assertFalse(concerns(v6(17, 0, 0xfd).clone()) && IpHeader.sourceLo(v6(17, 0, 0xfd), 0) == 0);
  }

  @Test
  void extensionHeadersAreFollowedToTheFragmentAndTheError() {
    byte[] later = with(with(v6(44, 0xfd, 0xfd), 40, 17), 43, 8);
    assertFalse(concerns(later), "not the first fragment");
    byte[] first = with(with(v6(44, 0xfd, 0xfd), 40, 17), 43, 1);
    assertTrue(concerns(first));
    byte[] error = with(with(v6(60, 0xfd, 0xfd), 40, 58), 48, 1);
    assertFalse(concerns(error), "an error behind destination options");
    assertTrue(concerns(with(with(v6(60, 0xfd, 0xfd), 40, 58), 48, 129)));
  }

  @Test
  void anIpv6AnswerHasTheMtuTheAddressesAndARightChecksum() {
    byte[] packet = v6(17, 0xfd, 0xfe);
    tooBig.answer(1_000, packet, 0, packet.length, 1_344);
    ByteBuffer a = ByteBuffer.wrap(answers.getFirst());
    assertEquals(1_280, a.capacity());
    assertTrue(IpHeader.whole(a.array(), 0, a.capacity()));
    assertEquals(0x0200, a.getShort(40));
    assertEquals(1_344, a.getInt(44));
    assertEquals(IpHeader.destinationHi(packet, 0), IpHeader.sourceHi(a.array(), 0));
    assertEquals(IpHeader.sourceHi(packet, 0), IpHeader.destinationHi(a.array(), 0));
    long sum = 58 + a.capacity() - 40;
    for (int i = 8; i < a.capacity(); i += 2) {
      sum += a.getShort(i) & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    assertEquals(0xffff, sum);
  }

  @Test
  void answersAreLimited() {
    byte[] packet = v4(17, 0x4000, 10, 10);
    for (int i = 0; i < 10_000; i++) {
      tooBig.answer(1_000 + i / 100, packet, 0, packet.length, 1_344);
    }
    assertEquals(TooBig.LIMIT, answers.size());
    tooBig.answer(1_000 + TooBig.PERIOD, packet, 0, packet.length, 1_344);
    assertEquals(TooBig.LIMIT + 1, answers.size());
    assertEquals(576, answers.getFirst().length);
  }

  @Test
  void noPacketMakesItReadOutsideOrThrow() {
    Random random = new Random(1191);
    for (int i = 0; i < 200_000; i++) {
      int len = 20 + random.nextInt(80);
      byte[] b = new byte[len];
      random.nextBytes(b);
      boolean ipv6 = random.nextBoolean() && len >= 40;
      b[0] = (byte) (ipv6 ? 0x60 : 0x45 + random.nextInt(Math.min(11, len / 4 - 4)));
      ByteBuffer.wrap(b).putShort(ipv6 ? 4 : 2, (short) (ipv6 ? len - 40 : len));
      if (IpHeader.whole(b, 0, len) && concerns(b)) {
        tooBig.answer(i * TooBig.PERIOD, b, 0, len, 1_280);
      }
    }
    assertFalse(answers.isEmpty());
  }
}
