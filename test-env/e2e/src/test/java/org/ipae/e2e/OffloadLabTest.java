// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ipae.lab.Gateway;
import org.ipae.lab.Tcp;
import org.ipae.lab.TwoSites;
import org.ipae.lab.Udp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of switches and MTUs, against the other side with the opposite switches.
 *
 * <pre>
 * lan-a -- gw-a =========== mid =========== gw-b -- lan-b
 *       switches, MTU   nft: loss 0 or 1 %   the opposite switches, MTU
 * </pre>
 */
class OffloadLabTest {
  private static final int[] MTUS = {1280, 1420, 1500, 8920};

  /** Bits 0 to 3: the switches; 4 and 5: the MTU; 6: one per cent loss. */
  private static final int[] PAIRWISE = {0x02, 0x11, 0x26, 0x3c, 0x4d, 0x5e, 0x69, 0x73};

  private static String lines(boolean tcp, boolean udp, boolean gso, boolean gro) {
    // One side of each row seals with the JDK, the other with the library.
    return "tun_tcp = %b\ntun_udp = %b\nudp_gso = %b\nudp_gro = %b\ncrypto = %b"
        .formatted(tcp, udp, gso, gro, tcp);
  }

  /** Every pair of values in check, every combination in soak. */
  static Stream<Arguments> combinations() {
    if (Boolean.getBoolean("ipae.all.offloads")) {
      return IntStream.range(0, 16 * MTUS.length * 2).mapToObj(OffloadLabTest::combination);
    }
    return IntStream.of(PAIRWISE).mapToObj(OffloadLabTest::combination);
  }

  private static Arguments combination(int n) {
    return Arguments.of(
        (n & 1) != 0, (n & 2) != 0, (n & 4) != 0, (n & 8) != 0, MTUS[n >> 4 & 3], n >> 6);
  }

  @Test
  void thePairsAreAllThere() {
    for (int i = 0; i < 6; i++) {
      for (int j = i + 1; j < 6; j++) {
        int a = i;
        int b = j;
        Set<String> pairs =
            IntStream.of(PAIRWISE)
                .mapToObj(n -> combination(n).get()[a] + " " + combination(n).get()[b])
                .collect(Collectors.toSet());
        assertEquals((a == 4 ? 4 : 2) * (b == 4 ? 4 : 2), pairs.size(), "columns " + a + ", " + b);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void tcpAndUdpPassWithEverySwitch(
      boolean tcp, boolean udp, boolean gso, boolean gro, int mtu, int loss) {
    try (TwoSites s = new TwoSites()) {
      s.a.offload(lines(tcp, udp, gso, gro)).tun("mtu = " + mtu);
      s.b.offload(lines(!tcp, !udp, !gso, !gro)).tun("mtu = " + mtu);
      s.direct().up();
      shows(s.a, tcp, tcp && udp, gso, gro);
      shows(s.b, !tcp, !tcp && !udp, !gso, !gro);
      Udp.exchange(s, 2_000, Math.min(mtu, 1_472) - 100);
      if (loss > 0) {
        // What a run of datagrams is to the kernel, one packet, is lost as a whole.
        s.mid.must(
            "nft",
            "table inet loss { chain forward { type filter hook forward priority 0;"
                + " udp sport 1138 numgen random mod 100 < "
                + loss
                + " drop; }; }");
      }
      Tcp.copy(s, 5_000_000, 60);
    }
  }

  private static void shows(Gateway g, boolean tcp, boolean udp, boolean gso, boolean gro) {
    JsonNode o = g.show().path("offload");
    assertEquals(tcp, o.path("tun_tcp").asBoolean());
    assertEquals(udp, o.path("tun_udp").asBoolean());
    assertEquals(gso, o.path("udp_gso").asBoolean());
    assertEquals(gro, o.path("udp_gro").asBoolean());
    assertEquals(tcp, o.path("crypto").asBoolean());
    String text = g.ipae("show").out();
    assertTrue(text.contains(tcp && udp && gso && gro ? "offload: all\n" : "all but"), text);
  }
}
