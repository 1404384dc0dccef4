// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.ipae.tunnel.toml.ConfigErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DnsTest {
  @TempDir Path directory;

  private Dns read(String lines) throws Exception {
    ConfigFiles files = new ConfigFiles(directory).write("\n[dns]\n" + lines + "\n");
    return ConfigReader.read(files.main).dns();
  }

  @Test
  void resolversAreAddressesAndTheirPortIs53() throws Exception {
    assertEquals(
        List.of(
            new Address("192.0.2.53", 53),
            new Address("192.0.2.53", 5353),
            new Address("2001:db8::53", 53),
            new Address("2001:db8::53", 1138)),
        read("resolvers = [\"192.0.2.53\", \"192.0.2.53:5353\", \"2001:db8::53\","
                + " \"[2001:db8::53]:1138\"]")
            .resolvers());
    assertEquals(List.of(), read("").resolvers());
    assertNull(read("").trustAnchors());
    assertNull(read("resolvers = []").trustAnchors());
  }

  @Test
  void aNameIsNoResolver() {
    ConfigErrors e =
        assertThrows(ConfigErrors.class, () -> read("resolvers = [\"ns.example.net\"]"));
    assertTrue(e.getMessage().contains("is not the address of a name server"), e.getMessage());
  }

  @Test
  void aResolverMayBeBehindAPeer() throws Exception {
    String peer = "[[peer]]\nname = \"b.net\"\nroutes = [\"10.2.0.0/24\"]\n";
    Dns dns = read("resolvers = [\"192.0.2.53\", \"10.2.0.53 via b.net\"]\n" + peer);
    assertEquals(List.of(new Address("192.0.2.53", 53)), dns.resolvers());
    assertEquals("[10.2.0.53 via b.net]", dns.inside().toString());
    for (String[] wrong :
        new String[][] {
          {"10.3.0.53 via b.net", "10.3.0.53 is in no route of peer b.net"},
          {"10.2.0.53 via c.net", "\"c.net\" is no peer"},
          {"ns.b.net via b.net", "is not the address of a name server"}
        }) {
      ConfigErrors e =
          assertThrows(
              ConfigErrors.class, () -> read("resolvers = [\"" + wrong[0] + "\"]\n" + peer));
      assertTrue(e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }

  @Test
  void aFileIsSoughtBesideTheConfiguration() throws Exception {
    assertEquals(
        directory.resolve("root.key"), read("trust_anchors = \"root.key\"").trustAnchors());
  }
}
