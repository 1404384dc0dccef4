// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldFileTest {
  private static final Policy POLICY =
      new Policy(
          1138,
          138,
          0,
          0,
          11_380,
          new PortRange(28_018, 29_041),
          Endpoint.anyV4(1138),
          Endpoint.anyV6(1139));

  private static final Set<Prefix> PREFIXES =
      Set.of(
          Prefix.of(new byte[] {10, 2, 0, 0}, 16),
          Prefix.of(new byte[16], 0),
          Prefix.of(
              new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 64));

  @TempDir private Path directory;

  private HeldFile file(String boot) {
    return new HeldFile(directory.resolve("state"), boot);
  }

  @Test
  void whatWasSavedIsLoadedWithinOneBoot() throws IOException {
    List<HeldFile.Entry> entries = List.of(new HeldFile.Entry(POLICY, PREFIXES));
    file("b1").save(entries);
    assertEquals(entries, file("b1").load());
    assertEquals(List.of(), file("b2").load());
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve("state/held.json"))));
  }

  @Test
  void whereNothingIsHeldThereIsNoFile() throws IOException {
    List<HeldFile.Entry> nothing = List.of(new HeldFile.Entry(POLICY, Set.of()));
    file("b1").save(nothing);
    assertFalse(Files.exists(directory.resolve("state")), "not even the directory");
    file("b1").save(List.of(new HeldFile.Entry(POLICY, PREFIXES)));
    file("b1").save(nothing);
    assertFalse(Files.exists(directory.resolve("state/held.json")));
    assertEquals(List.of(), file("b1").load());
  }

  @Test
  void aDamagedFileCountsAsEmpty() throws IOException {
    Files.createDirectories(directory.resolve("state"));
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "{\"schema\":2}",
            "{\"schema\":1,\"boot\":\"b1\",\"held\":[{\"prefixes\":[\"example.net/8\"]}]}",
            "{\"schema\":1,\"boot\":\"b1\",\"held\":[{\"ports\":[1,2],\"prefixes\":[\"10.0.0.0/99\"]}]}")) {
      Files.writeString(directory.resolve("state/held.json"), text);
      assertEquals(List.of(), file("b1").load(), text);
    }
  }
}
