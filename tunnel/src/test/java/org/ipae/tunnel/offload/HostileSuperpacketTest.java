// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.engine.Ends;
import org.ipae.tunnel.link.Counters;
import org.ipae.tunnel.offload.Packets.Super;
import org.ipae.tunnel.properties.Cases;
import org.ipae.tunnel.routing.IpHeader;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.DropReason;
import org.junit.jupiter.api.Test;

/**
 * Superpackets whose lengths lie, through the whole way out and in: a whole packet passes, in one
 * piece or cut, and anything else is dropped and counted. hdr_len is not among the lies: nobody
 * reads it.
 */
class HostileSuperpacketTest {
  private static final int SPARE = 64;
  private static final int[] EXTENSIONS = {0, 43, 44, 51, 60, 135};
  private static final List<Prefix> EVERYWHERE =
      List.of(Prefix.of(new byte[4], 0), Prefix.of(new byte[16], 0));

  /** A superpacket of which something is changed. */
  private static final class Lie {
    final Random random;
    byte[] b;
    int len;
    int flags;
    int type;
    int size;
    int start;
    int place;

    Lie(Random random) {
      this.random = random;
      Super s = new Packets(random).next();
      b = s.bytes();
      len = b.length;
      flags = s.flags();
      type = s.type();
      size = s.size();
      start = s.start();
      place = s.place();
    }

    boolean v4() {
      return b[0] >>> 4 == 4;
    }
  }

  private enum Kind {
    NO_SIZE {
      @Override
      void tell(Lie l) {
        l.size = 0;
      }
    },
    CHECKSUM_PAST_THE_END {
      @Override
      void tell(Lie l) {
        l.type = l.random.nextBoolean() ? 0 : l.type;
        l.size = l.type == 0 ? 0 : l.size;
        l.start = Math.min(65_535, l.len - 1 + l.random.nextInt(3));
        l.place = l.random.nextBoolean() ? l.place : l.random.nextInt(65_536);
      }
    },
    CHECKSUM_IN_THE_HEADER {
      @Override
      void tell(Lie l) {
        l.type = 0;
        l.start = l.random.nextInt(60);
        l.place = l.random.nextInt(4);
      }
    },
    UNKNOWN_TYPE {
      @Override
      void tell(Lie l) {
        l.type = l.random.nextInt(256);
      }
    },
    FRAGMENT {
      @Override
      void tell(Lie l) {
        if (l.v4()) {
          Packets.put(l.b, 6, 1 + l.random.nextInt(0x3fff));
        } else {
          l.b[6] = 44;
        }
      }
    },
    EXTENSION_HEADER {
      @Override
      void tell(Lie l) {
        l.b[l.v4() ? 9 : 6] = (byte) EXTENSIONS[l.random.nextInt(EXTENSIONS.length)];
      }
    },
    HEADER_LENGTH {
      @Override
      void tell(Lie l) {
        int inner = l.start + 12; // short datagrams end before it
        int at = (l.random.nextBoolean() || !l.v4()) && inner < l.len ? inner : 0;
        int value = l.random.nextInt(16);
        l.b[at] = (byte) (at == 0 ? 0x40 | value : value << 4);
      }
    },
    TOTAL_LENGTH {
      @Override
      void tell(Lie l) {
        Packets.put(l.b, l.v4() ? 2 : 4, l.random.nextInt(65_536));
      }
    },
    CUT_OFF {
      @Override
      void tell(Lie l) {
        l.len = l.random.nextInt(Math.min(l.len, 120));
        if (l.len >= 6 && l.random.nextBoolean()) {
          Packets.put(l.b, l.v4() ? 2 : 4, l.v4() ? l.len : Math.max(0, l.len - 40));
        }
      }
    },
    TOO_MANY_SEGMENTS {
      @Override
      void tell(Lie l) {
        l.size = 1 + l.random.nextInt(8);
      }
    },
    ANYTHING {
      @Override
      void tell(Lie l) {
        for (int k = l.random.nextInt(8); k > 0; k--) {
          l.b[l.random.nextInt(Math.min(l.len, 80))] = (byte) l.random.nextInt();
        }
        l.flags = l.random.nextInt(256);
        l.type = l.random.nextInt(256);
        l.size = l.random.nextInt(65_536);
        l.start = l.random.nextInt(65_536);
        l.place = l.random.nextInt(65_536);
      }
    };

    abstract void tell(Lie l);
  }

  private final List<byte[]> delivered = new ArrayList<>();
  private final Ends ends =
      new Ends(
          1,
          Suite.X25519_AES256GCM,
          EVERYWHERE,
          EVERYWHERE,
          (b, off, len) -> delivered.add(Arrays.copyOfRange(b, off, off + len)));

  private void send(Lie l) {
    delivered.clear();
    byte[] bytes = Arrays.copyOf(l.b, l.len);
    Super s = new Super(bytes, l.flags, l.type, 0, l.size, l.start, l.place);
    ends.outbound().packet(1, s.between(SPARE), 0);
    ends.outbound().finish();
  }

  private static long sum(Counters c) {
    return c.drops().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void whatIsWholePassesAndWhatIsNotIsDroppedAndCounted() {
    long seed = Long.getLong("ipae.seed", System.nanoTime());
    int[] plain = new int[Kind.values().length];
    int[] cut = new int[Kind.values().length];
    int[] dropped = new int[Kind.values().length];
    for (int i = 0; i < Cases.count(2); i++) {
      Random random = new Random(seed + i);
      Kind kind = Kind.values()[i % Kind.values().length];
      Lie l = new Lie(random);
      kind.tell(l);
      long near = ends.near().drops(DropReason.NOT_IP);
      long before = sum(ends.near()) + sum(ends.far());
      try {
        send(l);
        long drops = sum(ends.near()) + sum(ends.far()) - before;
        if (!IpHeader.whole(l.b, 0, l.len)) {
          assertEquals(1, ends.near().drops(DropReason.NOT_IP) - near, "counted");
          assertEquals(1, drops, "counted once");
          assertEquals(0, delivered.size(), "delivered");
          dropped[kind.ordinal()]++;
        } else {
          assertEquals(0, drops, "drops");
          if (delivered.size() == 1) {
            onePiece(l, delivered.getFirst());
            plain[kind.ordinal()]++;
          } else {
            pieces(l);
            cut[kind.ordinal()]++;
          }
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(Cases.seed(seed, i) + ", " + kind + ": " + e.getMessage(), e);
      }
    }
    assertEquals(0, cut[Kind.NO_SIZE.ordinal()]);
    assertEquals(0, cut[Kind.FRAGMENT.ordinal()]);
    assertEquals(0, cut[Kind.EXTENSION_HEADER.ordinal()]);
    for (Kind k : List.of(Kind.NO_SIZE, Kind.FRAGMENT, Kind.EXTENSION_HEADER)) {
      assertTrue(plain[k.ordinal()] > 0, k + " passes in one piece");
    }
    assertTrue(dropped[Kind.TOTAL_LENGTH.ordinal()] > 0 && dropped[Kind.CUT_OFF.ordinal()] > 0);
  }

  /** Nothing but the checksum that was left to us may have changed, and only inside the packet. */
  private static void onePiece(Lie l, byte[] got) {
    byte[] expected = Arrays.copyOf(l.b, l.len);
    int at = l.start + l.place;
    if ((l.flags & Virtio.NEEDS_CSUM) != 0 && at + 2 <= l.len) {
      expected[at] = got[at];
      expected[at + 1] = got[at + 1];
    }
    assertArrayEquals(expected, got);
  }

  /** Every byte behind the header is there once, in order, in whole datagrams. */
  private void pieces(Lie l) {
    int header = delivered.getFirst().length - l.size;
    int at = header;
    for (byte[] p : delivered) {
      assertTrue(IpHeader.whole(p, 0, p.length));
      assertArrayEquals(
          Arrays.copyOfRange(l.b, at, at + p.length - header),
          Arrays.copyOfRange(p, header, p.length));
      at += p.length - header;
    }
    assertEquals(l.len, at);
  }
}
