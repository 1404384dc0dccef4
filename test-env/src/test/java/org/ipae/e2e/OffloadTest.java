package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.ipae.lab.Gateway;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of switches and MTUs, against the other side with the opposite switches. */
class OffloadTest {

  private static String lines(boolean tcp, boolean udp, boolean gso, boolean gro) {
    return "tun_tcp = %b\ntun_udp = %b\nudp_gso = %b\nudp_gro = %b".formatted(tcp, udp, gso, gro);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, false, false, 1280",
    "true, true, false, true, 1420",
    "true, false, true, false, 1500",
    "false, false, true, true, 8920",
    "true, true, true, false, 1280",
    "true, false, false, true, 8920",
  })
  void tcpAndUdpPassWithEverySwitch(boolean tcp, boolean udp, boolean gso, boolean gro, int mtu) {
    try (TwoSites s = new TwoSites()) {
      s.a.offload(lines(tcp, udp, gso, gro)).tun("mtu = " + mtu);
      s.b.offload(lines(!tcp, !udp, !gso, !gro)).tun("mtu = " + mtu);
      s.direct().up();
      shows(s.a, tcp, tcp && udp, gso, gro);
      shows(s.b, !tcp, !tcp && !udp, !gso, !gro);
      Tcp.copy(s, 5_000_000, 30);
      Udp.exchange(s, 2_000, Math.min(mtu, 1_472) - 100);
    }
  }

  private static void shows(Gateway g, boolean tcp, boolean udp, boolean gso, boolean gro) {
    JsonNode o = g.show().path("offload");
    assertEquals(tcp, o.path("tun_tcp").asBoolean());
    assertEquals(udp, o.path("tun_udp").asBoolean());
    assertEquals(gso, o.path("udp_gso").asBoolean());
    assertEquals(gro, o.path("udp_gro").asBoolean());
    String text = g.ipae("show").out();
    assertTrue(text.contains(tcp && udp && gso && gro ? "offload: all\n" : "all but"), text);
  }
}
