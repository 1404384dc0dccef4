// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.lab.Capture;
import org.ipae.lab.Tcp;
import org.ipae.lab.TwoSites;
import org.ipae.lab.Udp;
import org.junit.jupiter.api.Test;

/**
 * Checksums inside are real where nobody else completes or excuses them.
 *
 * <pre>
 * lan-a eth0 -- lan gw-a wan == mid == wan gw-b lan -------- eth0 lan-b
 *                                           sums and cuts    verifies all it gets,
 *                                           in software      tcpdump
 * </pre>
 */
class ChecksumLabTest {
  private static final int WRONG = 10;
  private static final int BODY = 100;

  private static TwoSites sites() {
    TwoSites s = new TwoSites();
    s.direct().up();
    // The gateway's LAN side segments and completes in software, the host verifies all it gets.
    s.b.host().must("ethtool", "-K", "lan", "tx", "off", "tso", "off");
    s.lanB.must("ethtool", "-K", "eth0", "rx", "off", "gro", "off");
    return s;
  }

  /** What lan-b gets meanwhile, as tcpdump -vv tells it. */
  private static String seen(TwoSites s, Runnable traffic) {
    Capture capture = Capture.on(s.lanB, "eth0", s.file("lan.pcap"), "-Q", "in");
    traffic.run();
    return capture.end().text("-vv");
  }

  private static long lines(String text, String part) {
    return text.lines().filter(l -> l.contains(part)).count();
  }

  @Test
  void aHostWithoutChecksumOffloadSeesNoBadChecksum() {
    try (TwoSites s = sites()) {
      String text =
          seen(
              s,
              () -> {
                Tcp.copy(s, 3_000_000, 30);
                Udp.exchange(s, 500, 1_000);
              });
      long good = lines(text, "(correct)") + lines(text, "udp sum ok");
      assertTrue(good > 2_500, "packets with a checksum: " + good);
      assertFalse(text.contains("incorrect") || text.contains("bad udp cksum"), () -> bad(text));
    }
  }

  private static String bad(String text) {
    return text.lines()
        .filter(l -> l.contains("incorrect") || l.contains("bad udp"))
        .findFirst()
        .orElse("");
  }

  @Test
  void aChecksumThatWasSentBadArrivesAsItWas() {
    try (TwoSites s = sites()) {
      String text =
          seen(
              s,
              () -> {
                for (int i = 0; i < WRONG; i++) {
                  ByteBuffer udp = ByteBuffer.allocate(8 + BODY);
                  udp.putInt(0, (7000 << 16) | 7001).putShort(4, (short) udp.capacity());
                  send(s, 17, udp.putShort(6, (short) 0xbad1));
                  ByteBuffer tcp = ByteBuffer.allocate(20 + BODY);
                  tcp.putInt(0, (7000 << 16) | 7001).putInt(4, 1 + i * BODY);
                  tcp.putInt(12, 0x5010_2000);
                  send(s, 6, tcp.putShort(16, (short) 0xbad2));
                }
                Udp.exchange(s, 500, 1_000); // overtakes none of them
              });
      assertEquals(WRONG, lines(text, "bad udp cksum 0xbad1"), () -> bad(text));
      assertEquals(WRONG, lines(text, "cksum 0xbad2 (incorrect"), () -> bad(text));
      assertEquals(WRONG, lines(text, "bad udp"), () -> bad(text));
      assertEquals(WRONG, lines(text, "incorrect"), () -> bad(text));
    }
  }

  /** One IPv4 packet of lan-a; the kernel adds its header and looks at nothing else. */
  private static void send(TwoSites s, int protocol, ByteBuffer payload) {
    Path file = s.file("payload");
    try {
      Files.write(file, payload.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    s.lanA.must("socat", "-u", "OPEN:" + file, "IP4-SENDTO:10.2.0.2:" + protocol);
  }
}
