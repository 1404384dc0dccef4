// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigErrors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigEditorTest {
  private static final String TEXT =
      """
      # mine
      [tun] # [[peer]]
      name = "tun1"

      # about b
      %s# end of b

      # about c
      %s# the end
      """
          .formatted(
              ConfigReaderTest.peer("gw-b", 2, "10.2.0.0/24"),
              ConfigReaderTest.peer("gw-c", 3, "10.3.0.0/24"));

  @TempDir Path directory;
  private ConfigFiles files;
  private ConfigEditor editor;

  @BeforeEach
  void write() throws Exception {
    files = new ConfigFiles(directory).write(TEXT);
    editor = new ConfigEditor(files.main);
  }

  private String key(int seed) {
    return ConfigFiles.key(seed).toString();
  }

  @Test
  void severalEndpointsBecomeAList() throws Exception {
    editor.add("gw-d", key(4), List.of("d.example:99", "192.0.2.7"), List.of("10.4.0.0/24"));
    assertTrue(files.text().contains("\nendpoint = [\"d.example:99\", \"192.0.2.7\"]\n"));
    assertEquals(List.of(), files.errors());
  }

  @Test
  void addingAppendsOneTable() throws Exception {
    String before = files.text();
    editor.add("gw-d", key(4), List.of("d.example:99"), List.of("10.4.0.0/24", "fd00:4::/64"));
    assertEquals(
        before
            + "\n[[peer]]\nname = \"gw-d\"\nkey = \""
            + key(4)
            + "\"\nendpoint = \"d.example:99\"\nroutes = [\"10.4.0.0/24\", \"fd00:4::/64\"]\n",
        files.text());
    assertEquals(List.of(), files.errors());
  }

  @Test
  void addingAndRemovingLeavesTheTextAsItWas() throws Exception {
    String before = files.text();
    editor.add("gw-d", key(4), List.of(), List.of("10.4.0.0/24"));
    assertEquals(files.main, editor.remove("gw-d"));
    assertEquals(before, files.text());
  }

  @Test
  void removingKeepsEveryCommentAroundTheTable() throws Exception {
    String b = ConfigReaderTest.peer("gw-b", 2, "10.2.0.0/24");
    String before = files.text();
    editor.remove("gw-b");
    assertEquals(before.replace(b, ""), files.text());
  }

  @Test
  void removingFindsThePeerInItsFragment() throws Exception {
    files.fragment("d.toml", "# d\n\n" + ConfigReaderTest.peer("gw-d", 4, "10.4.0.0/24"));
    Path fragment = directory.resolve("ipae.d/d.toml");
    String before = files.text();
    assertEquals(fragment, editor.remove("gw-d"));
    assertEquals("# d\n", Files.readString(fragment));
    assertEquals(before, files.text());
  }

  @Test
  void anUnknownPeerIsNotRemoved() throws Exception {
    String before = files.text();
    ConfigErrors e = assertThrows(ConfigErrors.class, () -> editor.remove("gw-e"));
    assertEquals(files.main + ": no peer gw-e; did you mean \"gw-b\"?", e.getMessage());
    assertEquals(before, files.text());
  }

  @Test
  void aFailingAddChangesNothing() throws Exception {
    String before = files.text();
    ConfigErrors e =
        assertThrows(
            ConfigErrors.class,
            () -> editor.add("gw-d", key(4), List.of(), List.of("10.2.0.0/24")));
    assertEquals(
        files.main
            + ": peer not added: 10.2.0.0/24 is already routed to gw-b, in ipae.toml:11; remove one"
            + " of the two, or write a priority at both peers",
        e.getMessage());
    assertThrows(
        ConfigErrors.class, () -> editor.add("gw-b", key(4), List.of(), List.of("10.4.0.0/24")));
    assertThrows(
        ConfigErrors.class, () -> editor.add("gw-d", key(2), List.of(), List.of("10.4.0.0/24")));
    assertThrows(
        BadText.class, () -> editor.add("gw-d", key(4), List.of(), List.of("10.4.0.1/24")));
    assertThrows(BadText.class, () -> editor.add("gw-d", "k1", List.of(), List.of("10.4.0.0/24")));
    assertThrows(
        BadText.class, () -> editor.add("x\"\ny", key(4), List.of(), List.of("10.4.0.0/24")));
    assertThrows(
        BadText.class, () -> editor.add("gw-d", key(4), List.of("a\"b"), List.of("10.4.0.0/24")));
    assertEquals(before, files.text());
    try (var left = Files.list(directory)) {
      assertEquals(2, left.count());
    }
  }

  @Test
  void anInvalidConfigurationIsNotEdited() throws Exception {
    files.write("bananas = 1\n");
    ConfigErrors e =
        assertThrows(
            ConfigErrors.class,
            () -> editor.add("gw-d", key(4), List.of(), List.of("10.4.0.0/24")));
    assertEquals(3, e.errors().getFirst().line());
  }

  @Test
  void aPeerInAnInlineTableIsLeftToItsAuthor() throws Exception {
    files.write("peer = [{ name = \"gw-b\", key = \"" + key(2) + "\" }]\n");
    String before = files.text();
    ConfigErrors e = assertThrows(ConfigErrors.class, () -> editor.remove("gw-b"));
    assertEquals(
        files.main
            + ":3:1: peer gw-b is not written as a separate [[peer]] table; remove it by hand,"
            + " then: ipae reload",
        e.getMessage());
    assertEquals(before, files.text());
  }

  @Test
  void modeAndLinkAreKept() throws Exception {
    ConfigFiles.mode(files.main, "rw-r-----");
    Path link = Files.createSymbolicLink(directory.resolve("link.toml"), files.main);
    new ConfigEditor(link).add("gw-d", key(4), List.of(), List.of("10.4.0.0/24"));
    assertEquals(true, Files.isSymbolicLink(link));
    assertEquals(
        "rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(files.main)));
  }
}
