// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.library.LibraryWish;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.routing.PortRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  @TempDir Path directory;
  private ConfigFiles files;

  @BeforeEach
  void makeKey() throws Exception {
    files = new ConfigFiles(directory);
  }

  @Test
  void twoLinesAreEnoughAndTheRestHasDefaults() throws Exception {
    files.write("");
    Config c = ConfigReader.read(files.main);
    assertEquals("gw-a", c.name());
    assertEquals(ConfigFiles.key(1), c.key());
    assertEquals("[0.0.0.0:1138, [::]:1138]", c.listen().toString());
    assertEquals(Path.of("/run/ipae/ipae.sock"), c.socket());
    assertEquals(Path.of("/var/lib/ipae"), c.stateDir());
    assertEquals(
        List.of(Suite.X25519_MLKEM768_AES256GCM, Suite.X25519_MLKEM768_CHACHA20POLY1305),
        c.suites());
    assertEquals(Duration.ofSeconds(120), c.rekey());
    int cores = Runtime.getRuntime().availableProcessors();
    assertEquals(Math.min(cores, Config.DEFAULT_LANES), c.lanes());
    assertEquals(1138, c.table());
    assertEquals(11_380, c.rulePriority());
    assertEquals(new PortRange(28_018, 29_041), c.ports());
    assertEquals(138, c.routeProtocol());
    assertEquals(new Config.Tun("tun0", List.of(), 1420, true), c.tun());
    assertEquals(List.of(), c.peers());
  }

  @Test
  void everyKeyIsRead() throws Exception {
    files.write(
        """
        listen = ["192.0.2.1:7000"]
        socket = "/tmp/x.sock"
        state_dir = "state"
        lanes = 16
        suites = ["x25519-aes256gcm"]
        vhosts = ["v1", "v2.example"]
        rekey = 3
        fwmark = 0xca6c
        table = 100
        route_protocol = 77
        metric = 5
        [tun]
        name = "ipae0"
        addresses = ["10.255.0.1/24", "fd00::1/64"]
        mtu = 1300
        [[peer]]
        name = "gw-b"
        key = "%s"
        endpoint = "203.0.113.7"
        routes = ["10.2.0.0/24", "0.0.0.0/0", "::/0", "fd00:2::/64"]
        keepalive = 25
        early_data = false
        require_pq = true
        padding = "full"
        vhost = "v9"
        path_mtu = 1280
        """
            .formatted(ConfigFiles.key(2)));
    Config c = ConfigReader.read(files.main);
    assertEquals("[192.0.2.1:7000]", c.listen().toString());
    assertEquals(directory.resolve("state"), c.stateDir());
    assertEquals(16, c.lanes());
    assertEquals(0xca6c, c.fwmark());
    assertEquals("[10.255.0.1/24, fd00::1/64]", c.tun().addresses().toString());
    assertEquals(1300, c.tun().mtu());
    Resolution r = c.resolve(_ -> List.of());
    PeerConfig p = c.peerSettings().getFirst();
    assertEquals("203.0.113.7:1138", String.valueOf(r.endpoints().get(p.name()).getFirst()));
    assertEquals(Duration.ofSeconds(25), p.keepAlive());
    assertFalse(p.earlyData());
    assertTrue(p.requirePq());
    assertEquals(Padding.FULL, p.padding());
    assertEquals("v9", p.vhost());
    assertEquals(1280, p.pathMtu());
    assertEquals("fd00:2::/64", c.peers().getFirst().routes().get(3).toString());
  }

  @Test
  void theLibraryIsChosenByAWordOrAsBeforeByAFlag() throws Exception {
    Map<String, LibraryWish> values =
        Map.of(
            "\"auto\"", LibraryWish.AUTO,
            "true", LibraryWish.AUTO,
            "\"jdk\"", LibraryWish.JDK,
            "false", LibraryWish.JDK);
    for (Map.Entry<String, LibraryWish> e : values.entrySet()) {
      files.write("[offload]\ncrypto = " + e.getKey() + "\n");
      assertEquals(e.getValue(), ConfigReader.read(files.main).library(), e.getKey());
    }
    files.write("");
    assertEquals(LibraryWish.AUTO, ConfigReader.read(files.main).library());
  }

  @Test
  void theTableHasANumberOrAName() throws Exception {
    Map<String, Integer> tables =
        Map.of("\"auto\"", 1138, "\"main\"", 254, "\"off\"", 0, "254", 254, "77", 77);
    for (Map.Entry<String, Integer> e : tables.entrySet()) {
      files.write("table = " + e.getKey() + "\n");
      assertEquals(e.getValue(), ConfigReader.read(files.main).table(), e.getKey());
    }
    files.write("table = \"mine\"\n");
    assertEquals(
        List.of(
            "ipae.toml:3:9: \"table\" must be \"auto\", \"main\", \"off\" or a number, not \"mine\";"
                + " remove the line for the default"),
        files.errors());
  }

  @Test
  void ownPortsAreARange() throws Exception {
    files.write("ports = \"2000-2031\"\n");
    assertEquals(new PortRange(2_000, 2_031), ConfigReader.read(files.main).ports());
    for (String wrong : List.of("2000-2030", "2000", "0-99", "65000-65536", "3000-2000")) {
      files.write("ports = \"" + wrong + "\"\n");
      assertEquals(
          List.of(
              "ipae.toml:3:9: \""
                  + wrong
                  + "\" is not a range of at least 32 ports; write ports = \"28018-29041\""),
          files.errors());
    }
  }

  @Test
  void fragmentsAddPeersAndKeysThatAreNotSetYet() throws Exception {
    files.write("");
    files.fragment("10-b.toml", peer("gw-b", 2, "10.2.0.0/24"));
    files.fragment("20-c.toml", "rekey = 60\n" + peer("gw-c", 3, "10.3.0.0/24"));
    files.fragment("ignored.bak", "nonsense");
    Config c = ConfigReader.read(files.main);
    assertEquals(Duration.ofSeconds(60), c.rekey());
    assertEquals(List.of("gw-b", "gw-c"), c.peers().stream().map(Config.Peer::name).toList());
  }

  @Test
  void aKeyThatIsSetTwiceIsRefusedWithBothPlaces() throws Exception {
    files.write("rekey = 60\n");
    files.fragment("a.toml", "rekey = 70\n");
    assertEquals(
        List.of(
            "ipae.d/a.toml:1:9: \"rekey\" is already set in ipae.toml:3; remove one of the two"),
        files.errors());
  }

  @Test
  void theSamePrefixInTwoFilesIsRefused() throws Exception {
    files.write(peer("gw-b", 2, "10.2.0.0/24"));
    files.fragment("a.toml", peer("gw-c", 3, "10.2.0.0/24"));
    assertEquals(
        List.of(
            "ipae.d/a.toml:4:11: 10.2.0.0/24 is already routed to gw-b, in ipae.toml:6; remove one"
                + " of the two, or write a priority at both peers"),
        files.errors());
  }

  @Test
  void aHostNameIsResolvedWhenAsked() throws Exception {
    files.write(peer("gw-b", 2, "10.2.0.0/24") + "endpoint = \"b.example:99\"\n");
    Config c = ConfigReader.read(files.main);
    Resolution r = c.resolve(_ -> List.of(InetAddress.ofLiteral("2001:db8::1")));
    assertEquals(List.of(), r.unresolved());
    assertEquals("[[2001:db8:0:0:0:0:0:1]:99]", r.endpoints().get("gw-b").toString());
  }

  @Test
  void aPeerMayBeInSeveralPlaces() throws Exception {
    files.write(
        peer("gw-b", 2, "10.2.0.0/24")
            + "endpoint = [\"198.51.100.7\", \"b.example:99\", \"[2001:db8::7]:5\"]\n");
    Resolution r =
        ConfigReader.read(files.main)
            .resolve(_ ->
                List.of(
                    InetAddress.ofLiteral("2001:db8::1"), InetAddress.ofLiteral("203.0.113.1")));
    assertEquals(
        "[198.51.100.7:1138, [2001:db8:0:0:0:0:0:1]:99, 203.0.113.1:99,"
            + " [2001:db8:0:0:0:0:0:7]:5]",
        r.endpoints().get("gw-b").toString());
  }

  @Test
  void eachPlaceThatIsNoneIsNamedWhereItIsWritten() throws Exception {
    files.write(
        peer("gw-b", 2, "10.2.0.0/24") + "endpoint = [\"198.51.100.7\", \"b.example:0\", 3]\n");
    List<String> errors = files.errors();
    assertEquals(2, errors.size(), errors.toString());
    assertTrue(errors.getFirst().startsWith("ipae.toml:7:"), errors.toString());
  }

  @Test
  void aListOfNoPlacesWaitsForThePeer() throws Exception {
    files.write(peer("gw-b", 2, "10.2.0.0/24") + "endpoint = []\n");
    assertEquals(List.of(), ConfigReader.read(files.main).peers().getFirst().endpoint());
  }

  @Test
  void aNameWithoutAddressIsReportedAndItsPeerStays() throws Exception {
    files.write(peer("gw-b", 2, "10.2.0.0/24") + "endpoint = \"b.example\"\n");
    Resolution r =
        ConfigReader.read(files.main)
            .resolve(n -> {
              throw new UnknownHostException(n);
            });
    assertNull(r.endpoints().get("gw-b"));
    assertEquals(
        files.main
            + ":7:12: endpoint \"b.example\" of peer gw-b has no address in DNS; correct the name,"
            + " write an address instead, or fix DNS",
        r.unresolved().getFirst().toString());
  }

  @Test
  void theSocketIsFoundWithoutLookingAtTheRest() throws Exception {
    files.write("socket = \"s.sock\"\nnonsense = 1\n");
    assertEquals(directory.resolve("s.sock"), ConfigReader.socket(files.main));
    assertEquals(Config.DEFAULT_SOCKET, ConfigReader.socket(directory.resolve("none.toml")));
  }

  static String peer(String name, int key, String route) {
    return """
    [[peer]]
    name = "%s"
    key = "%s"
    routes = ["%s"]
    """
        .formatted(name, ConfigFiles.key(key), route);
  }
}
