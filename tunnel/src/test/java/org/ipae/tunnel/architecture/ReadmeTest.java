// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The path of a packet and the map of the code name classes that exist. */
class ReadmeTest {
  private static final Pattern CLASS = Pattern.compile("`((?:[a-z]+/)+[A-Z][A-Za-z0-9]*)`");

  /** Paths of all Java files of the repository, without their ending. */
  private static List<String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      return files
          .map(Path::toString)
          .filter(f -> f.endsWith(".java"))
          .map(f -> f.substring(0, f.length() - ".java".length()))
          .toList();
    }
  }

  @Test
  void everyClassThatTheMapNamesExists() throws IOException {
    Set<String> named =
        CLASS
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map(r -> r.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(named.size() >= 30, () -> "named: " + named);
    List<String> sources = sources();
    named.removeIf(name -> sources.stream().anyMatch(f -> f.endsWith("/" + name)));
    assertEquals(Set.of(), named);
  }
}
