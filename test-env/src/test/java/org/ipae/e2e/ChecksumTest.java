package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Test;

/** Checksums inside are real where nobody else completes or excuses them. */
class ChecksumTest {

  @Test
  void aHostWithoutChecksumOffloadSeesNoBadChecksum() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      // The gateway's LAN side segments and completes in software, the host verifies all it gets.
      s.b.host().must("ethtool", "-K", "lan", "tx", "off", "tso", "off");
      s.lanB.must("ethtool", "-K", "eth0", "rx", "off", "gro", "off");
      Path pcap = s.file("lan.pcap");
      Process capture =
          s.lanB.start(
              s.file("tcpdump.out"),
              "tcpdump",
              "-n",
              "-i",
              "eth0",
              "-Q",
              "in",
              "-U",
              "-B",
              "65536",
              "-w",
              pcap.toString());
      Lab.await(
          5_000,
          "tcpdump listens",
          () -> java.nio.file.Files.exists(pcap) && pcap.toFile().length() > 0);
      Tcp.copy(s, 3_000_000, 30);
      Udp.exchange(s, 500, 1_000);
      capture.destroy();
      capture.waitFor();
      String text = s.lanB.must("tcpdump", "-n", "-vv", "-r", pcap.toString());
      long seen =
          text.lines().filter(l -> l.contains("(correct)") || l.contains("udp sum ok")).count();
      assertTrue(seen > 2_500, "packets with a checksum: " + seen);
      assertFalse(text.contains("incorrect") || text.contains("bad udp cksum"), () -> bad(text));
    }
  }

  private static String bad(String text) {
    return text.lines()
        .filter(l -> l.contains("incorrect") || l.contains("bad udp"))
        .findFirst()
        .orElse("");
  }
}
