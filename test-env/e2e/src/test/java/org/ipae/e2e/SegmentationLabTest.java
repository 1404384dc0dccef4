// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.ipae.e2e.segmentation.Differential;
import org.ipae.lab.Distribution;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Cutting, sealing, opening and joining beside the kernel's own segmentation.
 *
 * <pre>
 * router    cut-in --> kernel forwards and cuts --> cut-out
 *            TunnelPath, in memory: cut, sealed, opened, joined
 * </pre>
 */
class SegmentationLabTest {
  private static final int MINUTES = 15;

  @Test
  @Tag("once")
  void randomSuperpacketsComeOutOfTheTunnelAsTheKernelItselfCutsThem() throws Exception {
    int cases = Integer.getInteger("ipae.cases", 100_000);
    long seed = Long.getLong("ipae.seed", System.nanoTime());
    try (Lab lab = new Lab()) {
      Host router = lab.host("router");
      router.must(
          "sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0");
      Path out = lab.directory().resolve("differential.out");
      Process p =
          router.start(
              out,
              ProcessHandle.current().info().command().orElse("java"),
              "-Xmx256m",
              "-XX:+UseSerialGC",
              "-XX:-UsePerfData",
              "--enable-native-access=ALL-UNNAMED",
              "-Dorg.ipae.crypto.library=" + Distribution.given().library(),
              "-cp",
              System.getProperty("java.class.path"),
              Differential.class.getName(),
              "" + seed,
              "" + cases);
      boolean ended = p.waitFor(MINUTES, TimeUnit.MINUTES);
      String text = Files.readString(out);
      System.out.print(text);
      assertTrue(ended, "seed " + seed + ": not done within " + MINUTES + " minutes");
      assertEquals(0, p.exitValue(), "seed " + seed);
    }
  }
}
