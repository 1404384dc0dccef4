// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ipae.lab.Command;
import org.ipae.lab.Distribution;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Which library encrypts packets.
 *
 * <pre>
 * gw    no cable
 * </pre>
 */
@Tag("once")
class LibraryLabTest {
  private static final String WARNING = "WARNING packets are encrypted by the JDK";

  private static List<String> warnings(Gateway g) {
    return g.log().lines().filter(l -> l.contains(WARNING)).toList();
  }

  private static Gateway starts(Gateway g) {
    return g.start().ready();
  }

  @Test
  void aLibraryThatEndsItsProcessCostsSpeedAndNotTheDaemon() throws Exception {
    try (Lab lab = new Lab()) {
      Host host = lab.host("gw");
      Distribution installed = Distribution.given().copy(lab.directory().resolve("installed"));
      Path source = lab.directory().resolve("trap.c");
      Files.writeString(
          source, "void __attribute__((constructor)) f(void) { __builtin_trap(); }\n");
      Command.must(
          "gcc", "-shared", "-fPIC", "-o", installed.library().toString(), source.toString());

      Gateway g = Gateway.on(lab, host, installed).offload("").write();
      Path result = g.stateDirectory().resolve("library-test");
      String kept = "";
      for (int run = 0; run < 2; run++) {
        starts(g);
        assertEquals(1, warnings(g).size(), g.log());
        assertTrue(
            warnings(g).getFirst().contains(installed.library() + ": its self-test died of SIG"),
            g.log());
        JsonNode status = g.show();
        assertEquals("jdk", status.path("encryption").path("by").asText());
        assertEquals(false, status.path("offload").path("crypto").asBoolean(true));
        // The second start reads this file, and leaves it as it is.
        String now = Files.getLastModifiedTime(result) + " " + Files.readString(result);
        assertTrue(run == 0 || now.equals(kept), now);
        kept = now;
        g.stop();
      }
      String version = g.ipae("version").out();
      assertTrue(version.contains("encryption: JDK ") && version.contains("died of SIG"), version);

      // A sound one in its place is tried at the next start.
      Command.must("cp", Distribution.given().library().toString(), installed.library().toString());
      starts(g);
      assertEquals(List.of(), warnings(g));
      assertEquals("library", g.show().path("encryption").path("by").asText());
      assertTrue(g.ipae("show").out().contains("encryption: AWS-LC "), g.ipae("show").out());
      g.stop();
    }
  }

  @Test
  void aLibraryElsewhereIsUsedIfNobodyButRootCanChangeIt() throws Exception {
    try (Lab lab = new Lab()) {
      Host host = lab.host("gw");
      Path library = lab.directory().resolve("other.so");
      Files.copy(Distribution.given().library(), library);
      Gateway g = Gateway.on(lab, host).offload("crypto = \"" + library + "\"").write();
      Files.setAttribute(library, "unix:mode", 0100646);
      for (String command : List.of("check", "run")) {
        Command.Result r = g.ipae(command);
        assertEquals(1, r.exit(), r.out() + r.err());
        assertEquals(1, r.err().lines().count(), r.err());
        assertTrue(r.err().matches("(?s).*ipae\\.toml:\\d+:\\d+: .*run: chmod go-w .*"), r.err());
      }

      g.offload("crypto = \"/opt/other.so\"").write();
      host.start(
          lab.directory().resolve("log"),
          "unshare",
          "-m",
          "sh",
          "-c",
          "mount -t tmpfs -o mode=755 tmpfs /opt && cp \"$1\" /opt/other.so && chmod 644"
              + " /opt/other.so && exec \"$2\" run --config \"$3\"",
          "sh",
          library.toString(),
          Distribution.given().program(),
          g.configFile().toString());
      Lab.await(15_000, "ready", () -> !g.show().path("encryption").isMissingNode());
      JsonNode encryption = g.show().path("encryption");
      assertEquals("library", encryption.path("by").asText(), encryption.toString());
      assertEquals("/opt/other.so", encryption.path("file").asText());
      assertTrue(encryption.path("name").asText().startsWith("AWS-LC "), encryption.toString());
      assertTrue(encryption.path("sha256").asText().matches("[0-9a-f]{64}"));
    }
  }
}
