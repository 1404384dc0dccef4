package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
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
          20_000, "no answer", () -> s.b.show("gw-a").path("state").asText().equals("no_answer"));
      assertFalse(s.a.up(s.b) || s.b.up(s.a));
      s.a.stop();
      Files.write(s.a.keyFile(), old);
      s.a.start();
      Lab.await(20_000, "up again", () -> s.a.up(s.b) && s.b.up(s.a));
    }
  }
}
