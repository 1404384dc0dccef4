// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.lab.Command;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What Java learns of one start is used by the next ones.
 *
 * <pre>
 * gw    an installation of its own, no cable
 * </pre>
 */
@Tag("once")
class PrepareLabTest {
  @Test
  void aPreparedInstallationStartsFromItsCaches() throws Exception {
    try (Lab lab = new Lab()) {
      Host host = lab.host("gw");
      Distribution installed = Distribution.given().copy(lab.directory().resolve("installed"));
      String ipae = installed.program();
      Command.Result r = host.run(ipae, "prepare");
      assertEquals(0, r.exit(), r.out() + r.err());
      assertTrue(r.out().matches("prepared for .*\nencryption: AWS-LC .*\n"), r.out());

      Gateway g = Gateway.on(lab, host).write();
      Path log = lab.directory().resolve("log");
      Process daemon = host.start(log, ipae, "run", "--config", g.configFile().toString());
      Lab.await(5_000, "ready", () -> read(log).contains("ready: "));
      assertTrue(read(Path.of("/proc/" + daemon.pid() + "/maps")).contains("/lib/run.aot"));
      daemon.destroy();
      assertTrue(daemon.waitFor(5, java.util.concurrent.TimeUnit.SECONDS));
    }
  }

  @Test
  void theLibraryIsTriedAndHowThatEndedIsKeptForTheFirstStart() throws Exception {
    try (Lab lab = new Lab()) {
      Host host = lab.host("gw");
      Distribution installed = Distribution.given().copy(lab.directory().resolve("installed"));
      Command.Result r =
          host.run(
              "unshare",
              "-m",
              "sh",
              "-ec",
              "mount -t tmpfs tmpfs /var/lib; mkdir -m 700 /var/lib/ipae; \"$1\" prepare >&2;"
                  + " cat /var/lib/ipae/library-test",
              "sh",
              installed.program());
      assertEquals(0, r.exit(), r.out() + r.err());
      assertTrue(r.out().endsWith("\nresult passed\n"), r.out() + r.err());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return "";
    }
  }
}
