// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.offload.Packets.Super;
import org.ipae.tunnel.properties.Cases;
import org.junit.jupiter.api.Test;

class OffloadTest {
  private static final int SPARE = 64;
  private static final int ACK = 0x10;

  private final List<Super> joined = new ArrayList<>();
  private final PacketBatch out = PacketBatch.over(new byte[1 << 18], 256);
  private final Coalescer coalescer = new Coalescer(out);

  private void coalesce(byte[] b, int off, int len) {
    if (!coalescer.fits(len)) {
      take();
    }
    coalescer.packet(b, off, len);
  }

  private void take() {
    coalescer.finish();
    for (int i = 0; i < out.count(); i++) {
      joined.add(Super.of(out, i));
    }
    out.clear();
  }

  @FunctionalInterface
  private interface Case {
    void run(Random random);
  }

  private static void cases(int times, Case body) {
    long seed = Long.getLong("ipae.seed", System.nanoTime());
    for (int i = 0; i < Cases.count(times); i++) {
      try {
        body.run(new Random(seed + i));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(Cases.seed(seed, i) + ": " + e.getMessage(), e);
      }
    }
  }

  private List<Super> coalesce(List<byte[]> packets) {
    joined.clear();
    coalescer.enable(true, true);
    packets.forEach(p -> coalesce(p, 0, p.length));
    take();
    return joined;
  }

  private static List<byte[]> segment(Super s) {
    PacketBatch in = s.between(SPARE);
    byte[] array = in.bytes();
    Segmenter segmenter = new Segmenter();
    segmenter.start(in, 0);
    List<byte[]> out = new ArrayList<>();
    while (segmenter.next()) {
      out.add(
          Arrays.copyOfRange(array, segmenter.offset(), segmenter.offset() + segmenter.length()));
    }
    assertEquals(segmenter.count(), out.size());
    return out;
  }

  @Test
  void segmentsAreThoseOfAPlainReadingAndJoinToTheSuperpacketAgain() {
    cases(
        5,
        random -> {
          Super s = new Packets(random).next();
          List<byte[]> expected = Packets.cut(s);
          List<byte[]> got = segment(s);
          assertEquals(expected.size(), got.size());
          for (int k = 0; k < got.size(); k++) {
            assertArrayEquals(expected.get(k), got.get(k), "segment " + k);
          }
          // Whatever the coalescer makes of them, cut again it is the same stream.
          List<byte[]> again = new ArrayList<>();
          for (Super one : coalesce(got)) {
            again.addAll(segment(one));
          }
          assertEquals(got.size(), again.size());
          for (int k = 0; k < got.size(); k++) {
            assertArrayEquals(got.get(k), again.get(k), "joined segment " + k);
          }
          boolean plain = (s.type() & 0x80) == 0;
          assertTrue(joined.size() <= (plain ? 1 : 2), joined.size() + " superpackets of one");
        });
  }

  @Test
  void lyingHeadersNeverThrowAndNothingOutsideThePacketIsTouched() {
    cases(
        2,
        random -> {
          Super s = new Packets(random).next();
          int length = 20 + random.nextInt(s.bytes().length - 19);
          byte[] packet = Arrays.copyOf(s.bytes(), length);
          for (int k = random.nextInt(4); k > 0; k--) {
            packet[random.nextInt(Math.min(length, 80))] = (byte) random.nextInt();
          }
          Super lie =
              new Super(
                  packet,
                  random.nextInt(4),
                  random.nextBoolean() ? s.type() : random.nextInt(256),
                  s.headerLength(),
                  random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(65_536),
                  random.nextInt(65_536),
                  random.nextInt(65_536));
          PacketBatch in = lie.between(SPARE);
          byte[] bytes = in.bytes();
          random.nextBytes(bytes);
          System.arraycopy(packet, 0, bytes, SPARE, length);
          byte[] before = bytes.clone();
          joined.clear();
          coalescer.enable(true, true);
          Segmenter segmenter = new Segmenter();
          segmenter.start(in, 0);
          while (segmenter.next()) {
            assertTrue(segmenter.offset() >= SPARE);
            assertTrue(segmenter.offset() + segmenter.length() <= SPARE + length);
            coalesce(bytes, segmenter.offset(), segmenter.length());
          }
          take();
          assertArrayEquals(Arrays.copyOf(before, SPARE), Arrays.copyOf(bytes, SPARE));
          assertArrayEquals(
              Arrays.copyOfRange(before, SPARE + length, before.length),
              Arrays.copyOfRange(bytes, SPARE + length, bytes.length));
        });
  }

  @Test
  void aPlainPacketGetsTheChecksumThatWasLeftToUs() {
    Super s = plain(new Random(7));
    byte[] p = segment(s).getFirst();
    assertEquals(0xffff, Sum.of(p, s.start(), p.length, Packets.pseudo(p, 0, p.length)));
  }

  private static Super plain(Random random) {
    Super s;
    do {
      s = new Packets(random).next();
    } while (Packets.cut(s).size() < 3 || (s.type() & 0x80) != 0);
    byte[] one = Packets.cut(s).getFirst();
    Packets.put(one, s.start() + s.place(), Packets.pseudo(one, 0, one.length));
    return new Super(one, 1, 0, 0, 0, s.start(), s.place());
  }

  @Test
  void aWrongChecksumInsideStaysAsItIsAndIsNotJoined() {
    cases(
        50,
        random -> {
          Super s = new Packets(random).next();
          List<byte[]> packets = segment(s);
          int bad = random.nextInt(packets.size());
          byte[] p = packets.get(bad);
          p[s.headerLength() + random.nextInt(p.length - s.headerLength())] ^= 0x10;
          for (Super out : coalesce(packets)) {
            if (Arrays.equals(out.bytes(), p)) {
              assertEquals(0, out.flags() | out.type());
              return;
            }
          }
          throw new AssertionError("the damaged packet was changed");
        });
  }

  @Test
  void whatDiffersInAnythingThatSegmentationWouldLoseIsNotJoined() {
    cases(
        20,
        random -> {
          Super s = new Packets(random).next();
          List<byte[]> packets = segment(s).subList(0, 2);
          byte[] second = packets.get(1);
          int at = random.nextInt(s.headerLength());
          if (s.start() == 40 && (at == 4 || at == 5)) {
            return; // the length: not a whole datagram, which the engine has refused before
          }
          second[at] ^= (byte) (1 << random.nextInt(8));
          List<byte[]> again = new ArrayList<>();
          for (Super one : coalesce(packets)) {
            again.addAll(segment(one));
          }
          assertEquals(2, again.size());
          assertArrayEquals(packets.get(0), again.get(0));
          assertArrayEquals(second, again.get(1));
        });
  }

  /** Makes the checksum at {@code place} zero by the choice of the word at {@code free}. */
  private static void zeroChecksum(byte[] p, int from, int to, int place, int free, int pseudo) {
    Packets.put(p, place, 0);
    Packets.put(p, free, 0);
    Packets.put(p, free, ~Sum.of(p, from, to, pseudo));
  }

  @Test
  void aTcpChecksumOfZeroIsWrittenAsZeroAndAUdpChecksumAsAllOnes() {
    cases(
        1_000,
        random -> {
          Super s = new Packets(random).next();
          byte[] first = segment(s).getFirst();
          if (first.length < s.headerLength() + 2) {
            return;
          }
          int at = s.start();
          zeroChecksum(
              first,
              at,
              first.length,
              at + s.place(),
              s.headerLength(),
              Packets.pseudo(first, 0, first.length));
          System.arraycopy(
              first,
              s.headerLength(),
              s.bytes(),
              s.headerLength(),
              first.length - s.headerLength());
          byte[] again = segment(s).getFirst();
          assertEquals(
              s.type() == Virtio.GSO_UDP_L4 ? 0xffff : 0, Packets.get(again, at + s.place()));
        });
  }

  /** All ones and zero are the same sum: both verify, but segmentation writes only one of them. */
  @Test
  void aChecksumOfAllOnesThatSegmentationWouldWriteAsZeroIsNotJoined() {
    for (int odd = 0; odd < 3; odd++) {
      for (boolean inner : new boolean[] {false, true}) {
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          byte[] p = tcp(ACK, 100);
          Packets.put(p, 26, 100 * i);
          if (!inner && i == odd) {
            zeroChecksum(p, 0, 20, 10, 18, 0);
          }
          packets.add(p);
        }
        for (int i = 0; i < 3; i++) {
          byte[] p = packets.get(i);
          Packets.put(p, 18, Packets.get(packets.get(odd), 18)); // one flow
          Packets.put(p, 4, i - odd);
          Packets.put(p, 10, 0);
          Packets.put(p, 10, ~Sum.of(p, 0, 20, 0));
          zeroChecksum(p, 20, p.length, 36, 40, Packets.pseudo(p, 0, p.length));
        }
        byte[] p = packets.get(odd);
        int place = inner ? 36 : 10;
        assertEquals(0, Packets.get(p, place));
        Packets.put(p, place, 0xffff);
        List<byte[]> again = new ArrayList<>();
        for (Super one : coalesce(packets)) {
          again.addAll(segment(one));
        }
        assertEquals(3, again.size());
        for (int i = 0; i < 3; i++) {
          assertArrayEquals(packets.get(i), again.get(i), "odd one " + odd + ", packet " + i);
        }
      }
    }
  }

  @Test
  void acknowledgementsOtherProtocolsAndFragmentsGoThroughUnchanged() {
    byte[] ack = tcp(ACK, 0);
    byte[] syn = tcp(0x02, 100);
    byte[] fragment = tcp(ACK, 100);
    Packets.put(fragment, 6, 0x2000);
    byte[] icmp = tcp(ACK, 100);
    icmp[9] = 1;
    List<byte[]> packets = List.of(ack, ack, syn, syn, fragment, fragment, icmp, icmp);
    List<Super> out = coalesce(packets);
    assertEquals(packets.size(), out.size());
    for (int k = 0; k < out.size(); k++) {
      assertArrayEquals(packets.get(k), out.get(k).bytes());
      assertEquals(0, out.get(k).type() | out.get(k).flags());
    }
  }

  private static byte[] tcp(int flags, int body) {
    byte[] p = new byte[40 + body];
    p[0] = 0x45;
    Packets.put(p, 2, p.length);
    p[9] = 6;
    p[32] = 0x50;
    p[33] = (byte) flags;
    Packets.put(p, 36, ~Sum.of(p, 20, p.length, Packets.pseudo(p, 0, p.length)));
    Packets.put(p, 10, ~Sum.of(p, 0, 20, 0));
    return p;
  }

  @Test
  void theChecksumIsThatOfTheRfcForEveryLengthAndAlignment() {
    cases(
        20,
        random -> {
          byte[] b = new byte[200];
          random.nextBytes(b);
          int from = random.nextInt(60);
          int length = random.nextInt(140);
          assertEquals(Sum.of(b, from, from + length, 0), Checksum.sum(b, from, length), "sum");
        });
  }
}
