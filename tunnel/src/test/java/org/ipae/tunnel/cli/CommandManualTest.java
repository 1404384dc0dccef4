// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ipae.tunnel.peer.Why;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page ipae(8) has every command and option of the program, and no others. */
class CommandManualTest {
  private static final Path PAGE = Path.of("src", "man", "ipae.8.adoc");
  private static final Pattern COMMAND = Pattern.compile("(ipae(?: [a-z]+)+)(.*)");
  private static final Pattern OPTION = Pattern.compile("(?<![a-z-])--?[a-z][a-z-]*");

  /** What the page says of one command: the rest of its heading, and the options it lists. */
  private record Entry(String synopsis, Set<String> options) {
    static final Entry NONE = new Entry("", Set.of());
  }

  private static Map<String, Entry> documented() throws IOException {
    Map<String, Entry> out = new TreeMap<>();
    Entry entry = new Entry("", new TreeSet<>());
    for (String line : Files.readAllLines(PAGE)) {
      String plain = line.replaceAll("[*_]", "");
      var heading = COMMAND.matcher(plain.replaceFirst("^=== ", ""));
      if (line.startsWith("=== ") && heading.matches()) {
        entry = new Entry(heading.group(2), new TreeSet<>());
        out.put(heading.group(1), entry);
      } else if (line.startsWith("== ")) {
        entry = new Entry("", new TreeSet<>());
        out.put(line.substring(3), entry);
      } else if (line.startsWith("*-") && line.endsWith("::")) {
        entry.options().addAll(options(plain));
      }
    }
    return out;
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(r -> r.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Every command that does something, by its full name. */
  private static Map<String, CommandLine> commands(CommandLine from) {
    Map<String, CommandLine> out = new TreeMap<>();
    for (CommandLine c : from.getSubcommands().values()) {
      if (c.getSubcommands().isEmpty()) {
        out.put(c.getCommandSpec().qualifiedName(), c);
      } else {
        out.putAll(commands(c));
      }
    }
    return out;
  }

  private static Set<String> names(CommandLine command, boolean inherited) {
    return command.getCommandSpec().options().stream()
        .filter(o -> o.inherited() == inherited)
        .map(OptionSpec::names)
        .flatMap(Arrays::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyCommandIsInTheManualAndNoOther() throws IOException {
    Set<String> documented = new TreeSet<>(documented().keySet());
    documented.removeIf(name -> !name.startsWith("ipae "));
    assertEquals(commands(Ipae.commandLine()).keySet(), documented);
  }

  @Test
  void everyOptionIsInTheManualAndNoOther() throws IOException {
    Map<String, Entry> documented = documented();
    commands(Ipae.commandLine())
        .forEach((name, command) -> {
          Entry entry = documented.getOrDefault(name, Entry.NONE);
          assertEquals(names(command, false), entry.options(), name);
          assertEquals(names(command, true), documented.get("Options").options(), name);
        });
  }

  @Test
  void everyHeadingNamesParametersAndOptions() throws IOException {
    Map<String, Entry> documented = documented();
    commands(Ipae.commandLine())
        .forEach((name, command) -> {
          String synopsis = documented.getOrDefault(name, Entry.NONE).synopsis();
          Set<String> labels =
              command.getCommandSpec().positionalParameters().stream()
                  .map(PositionalParamSpec::paramLabel)
                  .collect(Collectors.toCollection(TreeSet::new));
          for (String label : labels) {
            assertTrue(synopsis.contains(label), () -> name + " lacks " + label);
          }
          for (OptionSpec o : command.getCommandSpec().options()) {
            Set<String> shown = options(synopsis);
            assertTrue(
                o.inherited() || Arrays.stream(o.names()).anyMatch(shown::contains),
                () -> name + " lacks " + o.longestName());
          }
        });
  }

  @Test
  void everyReasonWhyAPeerIsDownHasItsRemedy() throws IOException {
    String page = Files.readString(PAGE);
    for (Why why : EnumSet.complementOf(EnumSet.of(Why.UP, Why.STARTING, Why.CONNECTING))) {
      assertTrue(page.contains(why.text()), why.text());
    }
  }

  @Test
  void everyExitCodeIsInTheManual() throws IOException {
    String page = Files.readString(PAGE);
    for (int code = Exit.OK; code <= Exit.NOT_READY; code++) {
      assertTrue(page.contains("\n*" + code + "*:: "), "exit code " + code);
    }
  }
}
