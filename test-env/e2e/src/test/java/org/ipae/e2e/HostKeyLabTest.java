// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A gateway is its private key.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *         other key, own key again
 * </pre>
 */
@Tag("once")
class HostKeyLabTest {
  @Test
  void afterARestartOnlyTheKeyOfTheFileIsAnswered() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.direct().up();
      byte[] old = Files.readAllBytes(s.a.keyFile());
      Gateway other = Gateway.on(s.lab, s.lab.host("other"));
      s.a.stop();
      Files.write(s.a.keyFile(), Files.readAllBytes(other.keyFile()));
      s.a.start();
      // Its calls are not a's for b, and b's calls to the old key are unreadable for it.
      Lab.await(20_000, "refused", () -> s.a.show("gw-b").path("state").asText().equals("policy"));
      Lab.await(
          40_000, "no answer", () -> s.b.show("gw-a").path("state").asText().equals("no_answer"));
      assertFalse(s.a.up(s.b) || s.b.up(s.a));
      s.a.stop();
      Files.write(s.a.keyFile(), old);
      s.a.start();
      Lab.await(20_000, "up again", () -> s.a.up(s.b) && s.b.up(s.a));
    }
  }

  /** The old key beside the new one, the host changes, the old key goes: one TCP flow meanwhile. */
  @Test
  void aTcpFlowSurvivesAChangeOfKeysByReload() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.a.top("rekey = 5");
      s.b.top("rekey = 5");
      s.direct().up();
      Gateway other = Gateway.on(s.lab, s.lab.host("other"));
      s.lanB.start(s.file("iperf-server"), "iperf3", "-s");
      s.lanB.awaitListening(5201);
      Path out = s.file("iperf.json");
      Process flow = s.lanA.start(out, "iperf3", "-c", "10.2.0.2", "-t", "30", "-b", "50M", "-J");
      peersKeys(s.b, s.a.publicKey(), other.publicKey());
      Files.write(s.a.keyFile(), Files.readAllBytes(other.keyFile()));
      String changes = s.a.ipae("reload").out();
      assertTrue(changes.contains("key of this host"), changes);
      Lab.await(
          10_000,
          "the session goes over to the new key",
          () -> s.b.show("gw-a").path("public_key").asText().equals(other.publicKey()));
      peersKeys(s.b, other.publicKey());
      assertTrue(flow.waitFor(60, TimeUnit.SECONDS), "iperf3 ends");
      assertEquals(0, flow.exitValue(), Files.readString(out));
      JsonNode end = new ObjectMapper().readTree(out.toFile());
      for (JsonNode second : end.path("intervals")) {
        assertTrue(second.path("sum").path("bytes").asLong() > 0, "no second without a byte");
      }
      assertTrue(s.a.up(s.b) && s.b.up(s.a));
    }
  }

  /** Writes the keys of its only peer into the configuration of a gateway, and reloads it. */
  private static void peersKeys(Gateway g, String... keys) throws Exception {
    String text = Files.readString(g.configFile());
    String list = "key = [\"" + String.join("\", \"", keys) + "\"]";
    Files.writeString(g.configFile(), text.replaceFirst("(?m)^key = .*$", list));
    Command.Result r = g.ipae("reload");
    assertEquals(0, r.exit(), r.err());
  }
}
