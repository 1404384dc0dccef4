// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.regex.Pattern;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.control.ControlServer;
import org.ipae.tunnel.control.ControlSocket;
import org.ipae.tunnel.control.FakeDaemon;
import org.ipae.tunnel.routing.IfDown;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class IpaeTest {
  @TempDir Path directory;
  private ConfigFiles files;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final FakeDaemon daemon = new FakeDaemon();
  private final FakeHolder holder = new FakeHolder();

  @BeforeEach
  void write() throws Exception {
    files = new ConfigFiles(directory).write("socket = \"s.sock\"\n");
  }

  private int run(String... args) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine c = Ipae.commandLine(holder);
    c.setOut(new PrintWriter(out, true));
    c.setErr(new PrintWriter(err, true));
    return c.execute(args);
  }

  /** With --config behind the command. */
  private int ipae(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--config");
    all.add(files.main.toString());
    return run(all.toArray(String[]::new));
  }

  private ControlSocket serve() throws Exception {
    ControlSocket s = ControlSocket.claim(directory.resolve("s.sock"));
    new ControlServer(s, daemon).start();
    return s;
  }

  @Test
  void explainAsksTheKernelAndTheDaemon() throws Exception {
    try (var _ = serve()) {
      assertEquals(1, ipae("explain", "127.0.0.1"));
      assertTrue(out.toString().contains("the address is this host's own"), out.toString());
      assertEquals(1, ipae("explain", "127.0.0.1", "--json"));
      assertEquals(
          "lo", new ObjectMapper().readTree(out.toString()).at("/route/interface").asText());
      assertEquals(2, ipae("explain", "10.2.0"));
      assertTrue(err.toString().startsWith("ipae: "), err.toString());
    }
    assertEquals(1, ipae("explain", "127.0.0.1"));
  }

  @Test
  void withoutCommandItShows() throws Exception {
    try (var _ = serve()) {
      assertEquals(0, ipae());
      assertTrue(out.toString().startsWith("host gw-a.example.net\n"), out.toString());
    }
  }

  @Test
  void theConfigurationMayStandBeforeTheCommand() throws Exception {
    try (var _ = serve()) {
      assertEquals(0, run("--config", files.main.toString(), "show", "gw-c"));
      assertTrue(out.toString().startsWith("peer gw-c: down"), out.toString());
    }
  }

  @Test
  void jsonIsOneDocumentAndMayBeOnePeer() throws Exception {
    try (var _ = serve()) {
      assertEquals(0, ipae("show", "--json", "gw-c"));
      var json = new ObjectMapper().readTree(out.toString());
      assertEquals(1, json.path("schema").asInt());
      assertEquals(1, json.path("peers").size());
    }
  }

  @Test
  void anUnknownPeerFails() throws Exception {
    try (var _ = serve()) {
      assertEquals(1, ipae("show", "nobody"));
      assertEquals("ipae: no peer nobody; list them with: ipae show\n", err.toString());
    }
  }

  @Test
  void notRunningIsThree() {
    for (List<String> c : List.of(List.of("show"), List.of("reload"), List.of("ping", "b"))) {
      assertEquals(3, ipae(c.toArray(String[]::new)));
      assertEquals(
          "ipae: ipae is not running (nobody answers on "
              + directory.resolve("s.sock")
              + "); start it with: ipae run --config "
              + files.main
              + "\n",
          err.toString());
    }
  }

  @Test
  void usageIsTwoAndOneLine() {
    assertEquals(2, run("fly"));
    assertEquals(1, err.toString().lines().count());
    assertEquals("ipae: unknown argument \"fly\"; see: ipae --help\n", err.toString());
    assertEquals(2, run("ping", "b", "-c", "all"));
    assertTrue(err.toString().contains("'all' is not a whole number;"), err.toString());
    assertEquals(2, run("add", "b"));
    assertTrue(err.toString().endsWith("; see: ipae add --help\n"), err.toString());
    assertEquals(2, run("key"));
  }

  @Test
  void helpNamesEveryCommand() {
    assertEquals(0, run("--help"));
    for (String c :
        "run show check init add remove reload hold release ping key version".split(" ")) {
      assertTrue(out.toString().contains("\n  " + c + " "), c);
    }
    assertEquals(0, run("key", "generate", "--help"));
    assertTrue(out.toString().startsWith("Usage: ipae key generate"), out.toString());
  }

  @Test
  void aMissingConfigurationSaysHowToMakeOne() {
    assertEquals(1, run("check", "--config", directory + "/none.toml"));
    assertEquals(
        directory
            + "/none.toml: no such file; create one with: ipae init NAME --config "
            + directory
            + "/none.toml\n",
        err.toString());
  }

  @Test
  void initMakesAKeyAndAValidConfiguration() throws Exception {
    Path config = directory.resolve("new/ipae.toml");
    assertEquals(0, run("init", "gw-x", "--config", config.toString()));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(config.resolveSibling("host.key"))));
    String shown = out.toString();
    assertEquals(0, run("key", "show", "--config", config.toString()));
    assertTrue(shown.contains("public key: " + out.toString().strip() + "\n"), shown);
    String key = Files.readString(config.resolveSibling("host.key"));
    assertEquals(1, run("init", "gw-x", "--config", config.toString()));
    assertTrue(err.toString().contains("already exists"), err.toString());
    assertEquals(key, Files.readString(config.resolveSibling("host.key")));
    assertEquals(0, run("init", "gw-x", "--force", "--config", config.toString()));
    assertFalse(key.equals(Files.readString(config.resolveSibling("host.key"))));
    assertEquals(
        0,
        run(
            "add",
            "b",
            "10.2.0.0/24",
            "--key",
            ConfigFiles.key(2).toString(),
            "--config",
            config.toString()));
  }

  @Test
  void addAndRemoveReachTheRunningDaemon() throws Exception {
    String before = files.text();
    try (var _ = serve()) {
      assertEquals(0, ipae("add", "b", "10.2.0.0/24", "--key", ConfigFiles.key(2).toString()));
      assertEquals(
          files.main + ": peer b added\n+ peer did\napplied to the running ipae\n", out.toString());
      assertEquals(0, ipae("remove", "b"));
    }
    assertEquals(before, files.text());
  }

  @Test
  void addWithoutDaemonSaysWhenItCounts() {
    assertEquals(0, ipae("add", "b", "10.2.0.0/24", "--key", ConfigFiles.key(2).toString()));
    assertEquals(
        files.main
            + ": peer b added\nipae is not running: the change takes effect when it starts\n"
            + "held shut: 1 network, until ipae runs or: ipae release --config "
            + files.main
            + "\n",
        out.toString());
    assertEquals(Map.of("10.2.0.0/24", IfDown.REJECT), holder.held);
    assertEquals(0, ipae("remove", "b"));
    assertEquals(Map.of(), holder.held);
  }

  @Test
  void addWritesPriorityAndIfDown() throws Exception {
    String c = ConfigFiles.key(3).toString();
    assertEquals(
        0,
        ipae(
            "add",
            "b",
            "10.2.0.0/24",
            "--key",
            ConfigFiles.key(2).toString(),
            "--priority",
            "10",
            "--if-down",
            "drop"),
        err.toString());
    assertTrue(
        files.text().endsWith("routes = [\"10.2.0.0/24\"]\npriority = 10\nif_down = \"drop\"\n"),
        files.text());
    assertEquals(1, ipae("add", "c", "10.2.0.0/24", "--key", c));
    assertTrue(err.toString().contains("or write a priority at both peers"), err.toString());
    assertEquals(0, ipae("add", "c", "10.2.0.0/24", "--key", c, "--priority", "20"));
    assertEquals(1, ipae("add", "d", "10.4.0.0/24", "--key", c, "--if-down", "open"));
    assertTrue(err.toString().contains("unknown if_down \"open\""), err.toString());
  }

  @Test
  void whoeverMayNotSetRoutesAddsAPeerAndLearnsThatItIsOpen() {
    holder.refuses = "no CAP_NET_ADMIN";
    assertEquals(0, ipae("add", "b", "10.2.0.0/24", "--key", ConfigFiles.key(2).toString()));
    assertTrue(
        out.toString()
            .endsWith(
                "warning: until then packets to the networks of the peers leave in the clear: no"
                    + " CAP_NET_ADMIN\n"),
        out.toString());
    assertEquals(1, ipae("hold"));
    assertEquals("ipae: no CAP_NET_ADMIN\n", err.toString());
  }

  @Test
  void holdShutsWhatIfDownSaysAndReleaseOpensIt() throws Exception {
    String key = "\"\nkey = \"%s\"\n";
    files.write(
        "socket = \"s.sock\"\n[[peer]]\nname = \"b"
            + key.formatted(ConfigFiles.key(2))
            + "routes = [\"10.2.0.0/24\", \"::/0\"]\n[[peer]]\nname = \"c"
            + key.formatted(ConfigFiles.key(3))
            + "routes = [\"0.0.0.0/0\"]\nif_down = \"drop\"\n[[peer]]\nname = \"d"
            + key.formatted(ConfigFiles.key(4))
            + "routes = [\"10.4.0.0/24\"]\nif_down = \"clear\"\n");
    assertEquals(0, ipae("hold"), err.toString());
    assertEquals(Map.of("10.2.0.0/24", IfDown.REJECT, "0.0.0.0/0", IfDown.DROP), holder.held);
    List<String> lines = out.toString().lines().toList();
    assertTrue(lines.getFirst().startsWith("held shut: 2 networks"), out.toString());
    assertTrue(
        lines.get(1).startsWith("warning: ::/0 of peer b leaves in the clear while ipae is"));
    assertTrue(lines.get(2).endsWith(", as if_down = \"clear\" says"), out.toString());
    try (var _ = serve()) {
      assertEquals(1, ipae("release"));
      assertTrue(err.toString().contains("stop it first"), err.toString());
      assertEquals(0, ipae("hold"));
      assertEquals("ipae is running and holds them\n", out.toString());
    }
    assertEquals(2, holder.held.size());
    assertEquals(0, ipae("release"));
    assertEquals(Map.of(), holder.held);
  }

  @Test
  void aBadArgumentOfAddIsOneLine() throws Exception {
    String before = files.text();
    assertEquals(1, ipae("add", "b", "10.2.0.1/24", "--key", ConfigFiles.key(2).toString()));
    assertEquals(
        "ipae: \"10.2.0.1/24\" has bits set beyond its prefix length; write 10.2.0.0/24\n",
        err.toString());
    assertEquals(before, files.text());
  }

  @Test
  void reloadShowsChangesOrMistakes() throws Exception {
    try (var _ = serve()) {
      assertEquals(0, ipae("reload", "--dry-run"));
      assertEquals("+ peer would\n", out.toString());
      daemon.invalid = true;
      assertEquals(1, ipae("reload"));
      assertEquals("f:1:2: wrong; right it\n", err.toString());
    }
  }

  @Test
  void pingCountsAndSums() throws Exception {
    try (var _ = serve()) {
      assertEquals(0, ipae("ping", "gw-b", "-c", "2", "-i", "0"));
      assertEquals(
          """
          answer from gw-b: seq=1 time=12.3 ms
          answer from gw-b: seq=2 time=12.3 ms

          --- gw-b ping statistics ---
          2 sent, 2 answered, 0% loss
          rtt min/avg/max/mdev = 12.345/12.345/12.345/0.000 ms
          """,
          out.toString());
      assertEquals(1, ipae("ping", "gw-c", "-c", "1"));
      assertEquals(1, ipae("ping", "nobody", "-c", "1"));
      assertEquals("ipae: the running ipae has no such peer\n", err.toString());
    }
  }

  @Test
  void aGeneratedKeyIsShownAgain() throws Exception {
    Path key = directory.resolve("k");
    assertEquals(0, run("key", "generate", "--out", key.toString()));
    String shown = out.toString();
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertEquals(0, run("key", "show", key.toString()));
    assertEquals(shown, out.toString());
    assertEquals(1, run("key", "generate", "--out", key.toString()));
    assertEquals(
        "ipae: " + key + ": already exists; choose another name, or remove it first\n",
        err.toString());
    assertEquals(0, run("key", "generate"));
    assertEquals(45, out.toString().length());
  }

  @Test
  void theVersionNamesTheCommitJavaAndTheLibraryThatEncrypts() {
    assertEquals(0, run("version"));
    String java = Pattern.quote(Runtime.version().toString());
    assertTrue(
        out.toString()
            .matches(
                "ipae \\S+ \\(([0-9a-f]{7}(, modified)?|built outside git)\\), Java "
                    + java
                    + "\nencryption: AWS-LC 1\\.17\\.0, /\\S+/libcrypto\\.so, SHA-256 [0-9a-f]{64}\n"),
        out.toString());
  }

  @Test
  void aBuildOutsideGitSaysSo() {
    Properties build = new Properties();
    build.setProperty("commit", "");
    assertEquals("built outside git", Version.origin(build));
    build.setProperty("commit", "b7391bf");
    build.setProperty("modified", "false");
    assertEquals("b7391bf", Version.origin(build));
    build.setProperty("modified", "true");
    assertEquals("b7391bf, modified", Version.origin(build));
  }

  @Test
  void aPrivateKeyInAWrongPlaceIsNotShownAgain() throws Exception {
    long seed = 20_261_125;
    Random random = new Random(seed);
    for (int n = 0; n < 20; n++) {
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      String key = Base64.getEncoder().encodeToString(secret);
      List<List<String>> wrong =
          List.of(
              List.of("add", "gw-d", "10.4.0.0/24", "--key", key),
              List.of("add", key, "10.4.0.0/24", "--key", ConfigFiles.key(4).toString()),
              List.of("add", "gw-d", key, "--key", ConfigFiles.key(4).toString()),
              List.of(
                  "add",
                  "gw-d",
                  "10.4.0.0/24",
                  "--endpoint",
                  key,
                  "--key",
                  ConfigFiles.key(4).toString()),
              List.of("remove", key),
              List.of("show", key),
              List.of("ping", key),
              List.of("key", "show", key),
              List.of("reload", key),
              List.of(key));
      for (List<String> c : wrong) {
        assertNotEquals(0, ipae(c.toArray(String[]::new)), c::toString);
        assertFalse((out.toString() + err).contains(key), () -> err + "seed " + seed);
      }
      for (String setting : List.of("name", "private_key", "socket", "suites", "unheard_of")) {
        files.write(setting + " = \"" + key + "\"\n");
        ipae("check");
        assertFalse((out.toString() + err).contains(key), () -> err + "seed " + seed);
      }
    }
  }
}
