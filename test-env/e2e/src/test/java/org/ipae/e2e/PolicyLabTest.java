// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.ipae.lab.Command;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a peer may do changes while its session lives.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *          classical, then not
 * </pre>
 */
@Tag("once")
class PolicyLabTest {
  private static final String CLASSICAL = "x25519-aes256gcm";
  private static final String HYBRID = "x25519-mlkem768-aes256gcm";
  private static final String BOTH = "suites = [\"" + CLASSICAL + "\", \"" + HYBRID + "\"]";

  @Test
  void aReloadThatRequiresPostQuantumSecrecyReplacesAClassicalSession() throws Exception {
    try (TwoSites s = new TwoSites()) {
      s.a.top(BOTH);
      s.b.top(BOTH);
      s.direct().up();
      assertEquals(CLASSICAL, s.a.show("gw-b").path("suite").asText());
      String text = Files.readString(s.a.configFile());
      Files.writeString(
          s.a.configFile(), text.replaceFirst("(?m)^key = ", "require_pq = true\nkey = "));
      Command.Result r = s.a.ipae("reload");
      assertEquals(0, r.exit(), r.err());
      assertTrue(r.out().contains("require_pq false -> true"), r.out());
      Lab.await(
          10_000,
          "both have a hybrid session",
          () ->
              s.a.show("gw-b").path("suite").asText().equals(HYBRID)
                  && s.b.show("gw-a").path("suite").asText().equals(HYBRID));
      s.lanA.must("ping", "-n", "-c", "3", "-i", "0.2", "10.2.0.2");
    }
  }
}
