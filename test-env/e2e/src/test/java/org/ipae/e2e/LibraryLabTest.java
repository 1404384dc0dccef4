// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
 * gw          no cable
 * gw == far   with a library that this processor cannot run to its end
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

  /**
   * The library of the distribution, but for an instruction that no processor has, and that only
   * long packets come to: what code made for newer processors is on an older one.
   */
  private static Distribution forNewerProcessors(Lab lab) throws IOException {
    Distribution installed = Distribution.given().copy(lab.directory().resolve("installed"));
    Path folder = Files.createDirectory(installed.library().resolveSibling("sound"));
    Path sound = Files.move(installed.library(), folder.resolve("libcrypto.so"));
    Path source = lab.directory().resolve("newer.c");
    Files.writeString(
        source,
        """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stddef.h>
        typedef int seal(const void *, void *, size_t *, size_t, const void *, size_t,
            const void *, size_t, const void *, size_t);
        int EVP_AEAD_CTX_seal(const void *ctx, void *out, size_t *made, size_t room,
            const void *nonce, size_t nonce_length, const void *in, size_t length, const void *ad,
            size_t ad_length) {
          if (length >= 1024) {
            __builtin_trap();
          }
          seal *sound = (seal *) dlsym(RTLD_NEXT, "EVP_AEAD_CTX_seal");
          return sound(ctx, out, made, room, nonce, nonce_length, in, length, ad, ad_length);
        }
        """);
    Command.must(
        "gcc",
        "-shared",
        "-fPIC",
        "-o",
        installed.library().toString(),
        source.toString(),
        "-Wl,--no-as-needed,-rpath,$ORIGIN/sound",
        sound.toString());
    return installed;
  }

  @Test
  void anInstructionThatOnlyLongPacketsComeToCostsSpeedAndNotTheDaemon() throws Exception {
    try (Lab lab = new Lab()) {
      Host host = lab.host("gw");
      Host far = lab.host("far");
      lab.cable(host, "wan", far, "wan");
      host.address("wan", "192.0.2.1/24");
      far.address("wan", "192.0.2.2/24");
      Distribution installed = forNewerProcessors(lab);
      Command.Result prepare = host.run(installed.program(), "prepare");
      assertEquals(0, prepare.exit(), prepare.out() + prepare.err());
      String told =
          "encryption: JDK .* \\("
              + installed.library()
              + ": its self-test died of SIG(ILL|TRAP)\\)";
      assertTrue(prepare.out().matches("prepared for .*\n" + told + "\n"), prepare.out());

      Gateway a = Gateway.on(lab, host, installed).offload("").tun("addresses = [\"10.8.0.1/32\"]");
      Gateway b = Gateway.on(lab, far, installed).offload("").tun("addresses = [\"10.8.0.2/32\"]");
      a.peer(b, "192.0.2.2", "", "10.8.0.2/32").start();
      b.peer(a, "192.0.2.1", "", "10.8.0.1/32").start();
      for (Gateway g : List.of(a, b)) {
        g.ready();
        assertEquals(1, warnings(g).size(), g.log());
        assertEquals("jdk", g.show().path("encryption").path("by").asText());
        for (String command : List.of("show", "version")) {
          String out = g.ipae(command).out();
          assertTrue(out.lines().anyMatch(l -> l.strip().matches(told)), out);
        }
      }
      Command.Result ping =
          host.run("ping", "-c", "20", "-i", "0.1", "-W", "5", "-s", "1392", "10.8.0.2");
      assertEquals(0, ping.exit(), ping.out());
      assertTrue(a.process().isAlive() && b.process().isAlive(), "both go on");
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
