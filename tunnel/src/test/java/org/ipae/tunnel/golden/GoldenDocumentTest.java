// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ipae.tunnel.peer.Timing;
import org.junit.jupiter.api.Test;

/**
 * PROTOCOL.md keeps its promises: numbers are unique and dense, each has a test, and section 10 has
 * the values of the source. [TM-1]
 */
class GoldenDocumentTest {
  private static final Path DOCUMENT = Path.of("PROTOCOL.md");
  private static final Pattern NUMBER =
      Pattern.compile("\\[(GN|SU|DG|KD|CK|HS|SS|DT|IT|TM|PA|LN)-([0-9]+)\\]");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][A-Za-z0-9]*Test)`");
  private static final Pattern ROW =
      Pattern.compile("^\\|[^|]+\\| ([0-9]+)(?: [a-z]+)? \\| `([A-Za-z]+)\\.([A-Za-z_]+)` \\|$");
  private static final List<String> PACKAGES =
      List.of(
          "wire",
          "session",
          "handshake",
          "peer",
          "engine",
          "association",
          "association.contact",
          "association.host",
          "association.live",
          "association.size",
          "association.way");

  /** Numbers of the requirements, in the order of their prefix and number. */
  private static Map<String, Set<Integer>> defined(List<String> lines) {
    Map<String, Set<Integer>> out = new TreeMap<>();
    String before = "";
    for (String line : lines) {
      Matcher m = NUMBER.matcher(line);
      boolean begins = before.isEmpty();
      before = line;
      if (begins && m.lookingAt()) {
        boolean fresh =
            out.computeIfAbsent(m.group(1), _ -> new TreeSet<>()).add(Integer.parseInt(m.group(2)));
        assertTrue(fresh, () -> m.group() + " is there twice");
      }
    }
    return out;
  }

  /** Test classes of the repository and their text. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> out = new TreeMap<>();
    for (String module : List.of("crypto", "native-tun", "tunnel", "test-env/e2e")) {
      Path root = Path.of("..", module, "src", "test", "java");
      if (!Files.isDirectory(root)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(root)) {
        for (Path p : files.filter(f -> f.toString().endsWith("Test.java")).toList()) {
          String name = p.getFileName().toString();
          out.put(name.substring(0, name.length() - ".java".length()), Files.readString(p));
        }
      }
    }
    return out;
  }

  @Test
  void numbersAreUniqueAndDense() throws IOException {
    Map<String, Set<Integer>> defined = defined(Files.readAllLines(DOCUMENT));
    assertEquals(12, defined.size());
    defined.forEach((prefix, numbers) -> {
      int expected = 1;
      for (int n : numbers) {
        assertEquals(expected++, n, () -> prefix + " has a gap");
      }
    });
  }

  @Test
  void everyRequirementIsOneParagraphWithAKeyWord() throws IOException {
    String text = Files.readString(DOCUMENT);
    for (String paragraph : text.split("\n\n")) {
      if (NUMBER.matcher(paragraph).lookingAt()) {
        assertTrue(Pattern.compile("\\b(MUST|SHOULD|MAY)\\b").matcher(paragraph).find(), paragraph);
      }
    }
  }

  @Test
  void everyRequirementHasATestAndEveryCitationARequirement() throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    Map<String, String> tests = tests();
    Set<String> cited = new TreeSet<>();
    List<String> wrong = new ArrayList<>();
    Set<String> known = new TreeSet<>();
    defined(lines).forEach((prefix, all) -> all.forEach(n -> known.add(prefix + "-" + n)));
    tests.forEach((name, text) ->
        NUMBER
            .matcher(text)
            .results()
            .forEach(r -> {
              cited.add(key(r));
              if (!known.contains(key(r))) {
                wrong.add(name + " cites " + r.group());
              }
            }));
    boolean inTable = false;
    for (String line : lines) {
      inTable |= line.startsWith("## Appendix C");
      if (inTable && line.startsWith("|")) {
        List<String> classes = CLASS.matcher(line).results().map(r -> r.group(1)).toList();
        NUMBER
            .matcher(line)
            .results()
            .map(GoldenDocumentTest::key)
            .forEach(n -> {
              if (!known.contains(n)) {
                wrong.add("appendix C has " + n);
              }
              if (classes.stream().anyMatch(tests::containsKey)) {
                cited.add(n);
              }
            });
      }
    }
    known.stream().filter(n -> !cited.contains(n)).forEach(n -> wrong.add(n + " has no test"));
    assertEquals(List.of(), wrong);
  }

  private static String key(MatchResult r) {
    return r.group(1) + "-" + r.group(2);
  }

  @Test
  void sectionTenHasTheValuesOfTheSource() throws IOException, ReflectiveOperationException {
    int rows = 0;
    for (String line : Files.readAllLines(DOCUMENT)) {
      Matcher m = ROW.matcher(line);
      if (m.matches()) {
        rows++;
        assertEquals(Long.parseLong(m.group(1)), constant(m.group(2), m.group(3)), line);
      }
    }
    assertTrue(rows >= 50, "rows: " + rows);
  }

  private static long constant(String type, String name) throws ReflectiveOperationException {
    for (String p : PACKAGES) {
      Class<?> c;
      try {
        c = Class.forName("org.ipae.tunnel." + p + "." + type);
      } catch (ClassNotFoundException e) {
        continue;
      }
      for (Field f : c.getDeclaredFields()) {
        if (f.getName().equals(name) && java.lang.reflect.Modifier.isStatic(f.getModifiers())) {
          f.setAccessible(true);
          return ((Number) f.get(null)).longValue();
        }
      }
      Method m = c.getDeclaredMethod(name);
      m.setAccessible(true);
      return ((Number) m.invoke(Timing.standard())).longValue();
    }
    throw new AssertionError("no class " + type);
  }

  /** The sections that Javadoc cites are there. */
  @Test
  void everySectionThatTheSourceCitesIsThere() throws IOException {
    String document = Files.readString(DOCUMENT);
    Pattern cite = Pattern.compile("PROTOCOL\\.md sections? ([0-9]+)(?: and ([0-9]+))?");
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path p : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        for (MatchResult r : cite.matcher(Files.readString(p)).results().toList()) {
          for (int g = 1; g <= 2; g++) {
            if (r.group(g) != null) {
              assertTrue(document.contains("\n## " + r.group(g) + ". "), p + " " + r.group());
            }
          }
        }
      }
    }
  }
}
