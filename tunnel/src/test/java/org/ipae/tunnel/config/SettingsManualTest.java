// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual page ipae.toml(5) has every setting that is read, and no others. */
class SettingsManualTest {
  private static final Path PAGE = Path.of("src", "man", "ipae.toml.5.adoc");
  private static final String SETTINGS = "== Settings of ";
  private static final Pattern TERM = Pattern.compile("\\*([a-z_]+)\\*::");
  private static final Pattern EXAMPLE = Pattern.compile("Example: `([^`]+)`");
  private static final Pattern RANGE = Pattern.compile("nteger, (\\d+) to (\\d+)");

  @TempDir Path directory;
  private ConfigFiles files;

  @BeforeEach
  void makeKey() throws Exception {
    files = new ConfigFiles(directory);
  }

  /** The text of each setting, by section and name, in the order of the page. */
  private static Map<String, Map<String, String>> documented() throws IOException {
    Map<String, Map<String, String>> out = new LinkedHashMap<>();
    Map<String, String> section = new LinkedHashMap<>();
    String setting = "";
    for (String line : Files.readAllLines(PAGE)) {
      Matcher term = TERM.matcher(line);
      if (line.startsWith("== ")) {
        section = new LinkedHashMap<>();
        if (line.startsWith(SETTINGS)) {
          out.put(line.substring(SETTINGS.length()), section);
        }
      } else if (term.matches()) {
        setting = term.group(1);
        section.put(setting, "");
      } else {
        section.computeIfPresent(setting, (_, text) -> text + line + " ");
      }
    }
    return out;
  }

  private static Set<String> without(List<String> keys, String... tables) {
    Set<String> out = new TreeSet<>(keys);
    out.removeAll(List.of(tables));
    return out;
  }

  @Test
  void everySettingIsInTheManualAndNoOther() throws IOException {
    Map<String, Map<String, String>> page = documented();
    assertEquals(
        List.of("the host", "the interface", "offload", "dns", "a peer"),
        List.copyOf(page.keySet()));
    assertEquals(
        without(ConfigReader.KEYS, "tun", "offload", "dns", "peer"),
        new TreeSet<>(page.get("the host").keySet()));
    assertEquals(
        new TreeSet<>(ConfigReader.TUN_KEYS), new TreeSet<>(page.get("the interface").keySet()));
    assertEquals(
        new TreeSet<>(ConfigReader.OFFLOAD_KEYS), new TreeSet<>(page.get("offload").keySet()));
    assertEquals(new TreeSet<>(Dns.KEYS), new TreeSet<>(page.get("dns").keySet()));
    assertEquals(new TreeSet<>(PeerReader.KEYS), new TreeSet<>(page.get("a peer").keySet()));
  }

  @Test
  void everySettingSaysItsDefaultOrThatItIsRequired() throws IOException {
    documented()
        .values()
        .forEach(section ->
            section.forEach((key, text) ->
                assertTrue(text.contains("default: ") || text.contains("equired"), key)));
  }

  /** A configuration of all examples, with {@code wrong} in the place of the one of its key. */
  private String text(String wrongSection, String wrongKey, String wrong) throws IOException {
    Map<String, String> headers =
        Map.of(
            "the interface",
            "[tun]\n",
            "offload",
            "[offload]\n",
            "dns",
            "[dns]\n",
            "a peer",
            "[[peer]]\n");
    StringBuilder out = new StringBuilder();
    documented()
        .forEach((section, settings) -> {
          out.append(headers.getOrDefault(section, ""));
          settings.forEach((key, text) -> {
            Matcher example = EXAMPLE.matcher(text);
            assertTrue(example.find(), key + " has no example");
            boolean replaced = section.equals(wrongSection) && key.equals(wrongKey);
            out.append(replaced ? wrong : example.group(1)).append('\n');
          });
        });
    return out.toString().replace("/etc/ipae/host.key", files.keyFile.toString());
  }

  private List<ConfigError> mistakes(String text) throws IOException {
    Files.writeString(files.main, text);
    try {
      ConfigReader.read(files.main);
      return List.of();
    } catch (ConfigErrors e) {
      return e.errors();
    }
  }

  @Test
  void everyExampleIsAccepted() throws IOException {
    assertEquals(List.of(), mistakes(text("", "", "")));
  }

  @Test
  void everyRangeIsTheOneThatIsChecked() throws IOException {
    List<String> checked = new ArrayList<>();
    for (Map.Entry<String, Map<String, String>> section : documented().entrySet()) {
      for (Map.Entry<String, String> setting : section.getValue().entrySet()) {
        Matcher range = RANGE.matcher(setting.getValue());
        if (range.find()) {
          String key = setting.getKey();
          String tooLarge = Long.toString(Long.parseLong(range.group(2)) + 1);
          List<ConfigError> found = mistakes(text(section.getKey(), key, key + " = " + tooLarge));
          assertEquals(
              List.of("choose a number in " + range.group(1) + ".." + range.group(2)),
              found.stream().map(ConfigError::remedy).toList(),
              key);
          checked.add(key);
        }
      }
    }
    assertEquals(
        List.of(
            "lanes",
            "rekey",
            "fwmark",
            "table",
            "rule_priority",
            "route_protocol",
            "metric",
            "mtu",
            "priority",
            "weight",
            "priority",
            "keepalive",
            "path_mtu"),
        checked);
  }
}
