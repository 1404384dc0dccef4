// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators read when they have made a mistake, word for word. */
class ConfigErrorsTest {
  private static final String B = ConfigReaderTest.peer("gw-b", 2, "10.2.0.0/24");
  private static final String K3 = ConfigFiles.key(3).toString();

  @TempDir Path directory;
  private ConfigFiles files;

  @BeforeEach
  void makeKey() throws Exception {
    files = new ConfigFiles(directory);
  }

  /** The text after name and private_key, and the line that answers it. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        of("listne = []", "3:1: unknown key \"listne\"; did you mean \"listen\"?"),
        of(
            "[tun]\nbananas = 1",
            "4:1: unknown key \"bananas\" in [tun]; use one of: name, addresses, mtu"),
        of(
            B + "endpiont = \"x\"",
            "7:1: unknown key \"endpiont\" in [[peer]]; did you mean \"endpoint\"?"),
        of(
            "rekey = \"60\"",
            "3:9: \"rekey\" must be a whole number, not a string; write rekey = 120"),
        of(
            "rekey = 2.5",
            "3:9: \"rekey\" must be a whole number, not a fraction; write rekey = 120"),
        of("rekey = 2", "3:9: \"rekey\" is 2, out of range; choose a number in 3..160"),
        of("lanes = 0", "3:9: \"lanes\" is 0, out of range; choose a number in 1..16"),
        of("lanes = 17", "3:9: \"lanes\" is 17, out of range; choose a number in 1..16"),
        of("metric = -1", "3:10: \"metric\" is -1, out of range; choose a number in 0..2147483647"),
        of(
            "listen = \"0.0.0.0:1138\"",
            "3:10: \"listen\" must be a list of strings, not a string; write listen = [\"...\"]"),
        of(
            "listen = [1138]",
            "3:10: \"listen\" must be a list of strings, not a number; write listen = [\"...\"]"),
        of(
            "listen = []",
            "3:10: \"listen\" is empty; write listen = [\"0.0.0.0:1138\", \"[::]:1138\"]"),
        of(
            "listen = [\n  \"0.0.0.0:1138\",\n  \"0.0.0.0:70000\"]",
            "5:3: port 70000 is out of range; choose a number in 1..65535"),
        of(
            "listen = [\"192.0.2.1:1138\", \"[::]:443\", \"192.0.2.2:443\"]",
            "3:10: \"listen\" has several ports for IPv4: 1138, 443;"
                + " keep one of them; several addresses may share it"),
        of(
            "listen = [\"gw-a:1138\"]",
            "3:11: \"gw-a:1138\" is not an address to listen on; write 0.0.0.0:1138 or [::]:1138"),
        of(
            "suites = [\"aes256gcm\"]",
            "3:11: unknown suite \"aes256gcm\"; use one of: x25519-mlkem768-aes256gcm,"
                + " x25519-mlkem768-chacha20poly1305, x25519-aes256gcm"),
        of("socket = 5", "3:10: \"socket\" must be a string, not a number; write socket = \"...\""),
        of(
            "[offload]\ncrypto = 5",
            "4:10: \"crypto\" must be \"auto\", \"jdk\" or the path of a library, not a number;"
                + " write crypto = \"auto\""),
        of(
            "[offload]\ncrypto = \"aws-lc\"",
            "4:10: \"aws-lc\" is neither \"auto\" nor \"jdk\" nor an absolute path;"
                + " write crypto = \"auto\""),
        of(
            "[offload]\ncrypto = \"/proc/1/nothing.so\"",
            "4:10: the library /proc/1/nothing.so cannot be read (no such file or directory);"
                + " correct the path, or write crypto = \"auto\""),
        of("tun = 5", "3:7: \"tun\" must be a table; write [tun]"),
        of(
            "[tun]\nname = \"a-very-long-name\"",
            "4:8: \"a-very-long-name\" is not an interface name; use at most 15 letters, digits, '.',"
                + " '_' and '-', like tun0"),
        of(
            "[tun]\nmtu = \"big\"",
            "4:7: \"mtu\" must be \"auto\" or a number; write mtu = \"auto\" or mtu = 1420"),
        of(
            "[tun]\nmtu = 1279",
            "4:7: \"mtu\" is 1279, out of range; choose a number in 1280..65535"),
        of(
            "[tun]\naddresses = [\"10.0.0.1\"]",
            "4:14: \"10.0.0.1\" has no prefix length; write 10.0.0.1/32"),
        of(
            "[tun]\naddresses = [\"10.0.0.1/33\"]",
            "4:14: the prefix length of \"10.0.0.1/33\" is not in 0..32; write it as 10.0.0.1/32"),
        of(
            "[peer]\nname = \"b\"",
            "3:1: \"peer\" must be a list of tables; write [[peer]], with two brackets"),
        of(
            "[[peer]]\nkey = \"" + K3 + "\"",
            "3:1: \"name\" is missing in [[peer]]; add name = \"gw-b.example.net\""),
        of(
            "[[peer]]\nname = \"c\"",
            "3:1: \"key\" is missing in [[peer]], and \"c\" is no host name in DNS; add key = \"k1...\", or"
                + " name the peer as its keys are published, gw-b.example.net"),
        of(
            "[[peer]]\nname = \"c d\"\nkey = \"" + K3 + "\"",
            "4:8: \"c d\" is not a name; use letters, digits, '-', '_' and single dots, like"
                + " gw-b.example.net"),
        of(
            "[[peer]]\nname = \"c\"\nkey = \"k1abc\"",
            "5:7: A public key has 58 characters, this text has 5; copy what ipae key show prints on"
                + " the peer"),
        of(
            "[[peer]]\nname = \"c\"\nkey = \"" + ConfigFiles.key(1) + "\"",
            "5:7: this is the key of this host itself; run ipae key show on the peer"),
        of(
            B + "[[peer]]\nname = \"gw-b\"\nkey = \"" + K3 + "\"",
            "8:8: peer gw-b already exists, in ipae.toml:4; rename one of them"),
        of(
            B + "[[peer]]\nname = \"c\"\nkey = \"" + ConfigFiles.key(2) + "\"",
            "9:7: this is the key of peer gw-b in ipae.toml:5; each peer has its own"
                + " keys: run ipae key show on the peer"),
        of(
            B + ConfigReaderTest.peer("c", 3, "10.2.0.0/24"),
            "10:11: 10.2.0.0/24 is already routed to gw-b, in ipae.toml:6; remove one of the two,"
                + " or write a priority at both peers"),
        of(
            ConfigReaderTest.peer("c", 3, "10.3.0.0/24\", \"10.3.0.0/24"),
            "6:26: 10.3.0.0/24 is already routed to c, in ipae.toml:6; remove one of the two,"
                + " or write a priority at both peers"),
        of(
            ConfigReaderTest.peer("c", 3, "10.2.0.1/24"),
            "6:11: \"10.2.0.1/24\" has bits set beyond its prefix length; write 10.2.0.0/24"),
        of(
            ConfigReaderTest.peer("c", 3, "fd00:2::1/64"),
            "6:11: \"fd00:2::1/64\" has bits set beyond its prefix length; write fd00:2::/64"),
        of(
            ConfigReaderTest.peer("c", 3, "ten"),
            "6:11: \"ten\" is not an address with a prefix length; write it as 10.2.0.0/24 or"
                + " fd00:2::/64"),
        of(
            B + "endpoint = \"300.1.1.1\"",
            "7:12: \"300.1.1.1\" is not an endpoint; write 203.0.113.7:1138, [2001:db8::7]:1138 or a"
                + " host name"),
        of(
            B + "endpoint = \"[fe80::b]:1138\"",
            "7:12: \"fe80::b\" is a link-local address without its interface; write it with the"
                + " interface that leads there, like fe80::b%eth0"),
        of(
            B + "endpoint = \"2001:db8::7%eth0\"",
            "7:12: \"2001:db8::7%eth0\" is not an endpoint; write 203.0.113.7:1138,"
                + " [2001:db8::7]:1138 or a host name"),
        of(
            B + "endpoint = \"gw-b:\"",
            "7:12: \"gw-b:\" has no valid port after its last colon; write 203.0.113.7:1138,"
                + " [2001:db8::7]:1138 or a host name"),
        of(
            B + "endpoint = \"gw-b:0\"",
            "7:12: port 0 is out of range; choose a number in 1..65535"),
        of(
            B + "early_data = \"yes\"",
            "7:14: \"early_data\" must be true or false, not a string; write early_data = true"),
        of(B + "padding = \"ful\"", "7:11: unknown padding \"ful\"; did you mean \"full\"?"),
        of(
            B + "path_mtu = 576",
            "7:12: \"path_mtu\" is 576, out of range; choose a number in 1280..9216"));
  }

  private static Arguments of(String text, String error) {
    return Arguments.of(text, error);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsAnsweredInOneLine(String text, String error) throws Exception {
    files.write(text + "\n");
    assertEquals(List.of("ipae.toml:" + error), files.errors());
  }

  @Test
  void everyMistakeIsReportedAtOnce() throws Exception {
    files.write("rekey = 1\nlisten = []\nfoo = 1\n");
    assertEquals(3, files.errors().size());
  }

  @Test
  void aSyntaxErrorHasTheParsersPlace() throws Exception {
    files.write("listen = [\"a\"\nrekey = 3\n");
    List<String> errors = files.errors();
    assertEquals(1, errors.size());
    assertTrue(errors.getFirst().startsWith("ipae.toml:4:"), errors.getFirst());
    assertFalse(errors.getFirst().contains("\n"));
  }

  @Test
  void aSyntaxErrorDoesNotShowTheParsersTokens() throws Exception {
    files.write("= 3\n");
    assertTrue(
        files.errors().getFirst().startsWith("ipae.toml:3:1: not TOML: Unexpected token; write"),
        files.errors().getFirst());
  }

  @Test
  void aFolderInsteadOfAFileIsToldWithoutJavasNames() throws Exception {
    Files.createDirectory(files.main);
    assertEquals(
        List.of("ipae.toml: cannot be read (Is a directory); check the file"), files.errors());
  }

  @Test
  void aMissingFileSaysHowToMakeOne() {
    assertEquals(
        List.of("ipae.toml: no such file; create one with: ipae init NAME --config ipae.toml"),
        files.errors());
  }

  @Test
  void requiredKeysAreNamed() throws Exception {
    Files.writeString(files.main, "# empty\n");
    assertEquals(
        List.of(
            "ipae.toml:1:1: \"name\" is missing; add name = \"gw-a.example.net\"",
            "ipae.toml:1:1: \"private_key\" is missing; add private_key = \"/etc/ipae/host.key\""),
        files.errors());
  }

  @Test
  void aMissingPrivateKeySaysHowToMakeIt() throws Exception {
    files.write("");
    Files.delete(files.keyFile);
    assertEquals(
        List.of(
            "ipae.toml:2:15: private key file host.key does not exist; create it with: ipae key"
                + " generate --out host.key"),
        files.errors());
  }

  @Test
  void anOpenPrivateKeyIsRefused() throws Exception {
    files.write("");
    ConfigFiles.mode(files.keyFile, "rw-r-----");
    assertEquals(
        List.of(
            "ipae.toml:2:15: private key file host.key is accessible to others (mode 0640); run: chmod"
                + " 600 host.key"),
        files.errors());
  }

  @Test
  void aMalformedPrivateKeyIsNotRepeated() throws Exception {
    files.write("");
    for (String bad :
        List.of(
            "", "secret\n", "A".repeat(43) + "\n", "A".repeat(43) + "=\n\nx", "A".repeat(300))) {
      files.writeKey(bad);
      assertEquals(
          List.of(
              "ipae.toml:2:15: private key file host.key does not contain a private key; it must be one line"
                  + " of 44 characters of base64, as ipae key generate writes it"),
          files.errors());
    }
  }

  @Test
  void nestedPrefixesAndTheDefaultRouteAreFine() throws Exception {
    files.write(
        ConfigReaderTest.peer("b", 2, "10.0.0.0/8\", \"0.0.0.0/0")
            + ConfigReaderTest.peer("c", 3, "10.2.0.0/16\", \"::/0"));
    assertEquals(List.of(), files.errors());
  }

  @Test
  void textsThatLookLikeTablesDoNotMislead() throws Exception {
    files.write(
        """
        vhosts = ["v"] # [[peer]]
        # [[peer]]
        [tun]
        name = '''t''' # "[["
        [[peer]] # first
        "name" = "b"
        key = "%s"
        routes = [ # why
          "10.2.0.0/24", # "10.9.9.9/9"
          "10.2.1.1/24",
        ]
        """
            .formatted(ConfigFiles.key(2)));
    assertEquals(
        List.of(
            "ipae.toml:12:3: \"10.2.1.1/24\" has bits set beyond its prefix length; write"
                + " 10.2.1.0/24"),
        files.errors());
  }
}
