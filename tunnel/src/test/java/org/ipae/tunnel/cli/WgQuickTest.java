// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.ConfigReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WgQuickTest {
  @TempDir private Path directory;

  private static final List<String> FILE =
      """
      [Interface]
      Address = 10.255.0.1/32, fd00:255::1/128
      PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
      ListenPort = 51820   # as ever
      MTU = 1380
      DNS = 10.2.0.53
      PostUp = iptables -A FORWARD -i %i -j ACCEPT

      # branch office
      [Peer]
      PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
      AllowedIPs = 10.2.0.0/24, fd00:2::/64
      Endpoint = gw-b.example.net:51820
      PersistentKeepalive = 25

      # laptop
      [Peer]
      PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
      PresharedKey = /UwcSPg38hW/D9Y3tcS1FOV0K1wuURMbS0sesJEP5ak=
      AllowedIPs = 10.3.0.7/32
      """
          .lines()
          .toList();

  @Test
  void structureIsKeptAndEveryOtherLineIsNamedWithoutItsSecret() throws Exception {
    WgQuick found = WgQuick.read("wg0.conf", FILE);
    ConfigFiles files = new ConfigFiles(directory).write("");
    Path key = ConfigReader.read(files.main).privateKey();
    Path out = files.main.resolveSibling("imported.toml");
    String text = found.text("gw-a.example.net", key.toString());
    Files.writeString(out, text.replace("\"k1...\"", "\"" + ConfigFiles.key(7) + "\""));
    Config c = ConfigReader.read(out);
    assertEquals("[10.255.0.1/32, fd00:255::1/128]", c.tun().addresses().toString());
    assertEquals(1380, c.tun().mtu());
    assertEquals(51820, c.listen().getFirst().port());
    assertEquals(
        List.of("gw-b.example.net", "laptop"), c.peers().stream().map(Config.Peer::name).toList());
    Config.Peer b = c.peers().getFirst();
    assertEquals(51820, b.endpoint().getFirst().port());
    assertEquals(2, b.settings().routes().size());
    assertEquals(25, b.settings().keepAlive().toSeconds());
    assertEquals(
        List.of(
            "wg0.conf:3: PrivateKey",
            "wg0.conf:6: DNS",
            "wg0.conf:7: PostUp",
            "wg0.conf:11: PublicKey",
            "wg0.conf:18: PublicKey",
            "wg0.conf:19: PresharedKey"),
        found.left().stream().map(l -> l.replaceFirst(" is .*", "")).toList());
    assertFalse(found.left().toString().contains("yAnz5"), "no secret");
    assertFalse(Files.readString(out).contains("yAnz5"), "no secret");
  }

  @Test
  void whatIsNoConfigurationIsNamedLineByLine() {
    List<String> left = WgQuick.read("x", List.of("hello", "[Peer]", "AllowedIPs")).left();
    assertEquals(
        List.of(
            "x:1: hello is no setting with a value", "x:3: AllowedIPs is no setting with a value"),
        left);
  }
}
