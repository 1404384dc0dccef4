// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.toml.Locator;
import org.ipae.tunnel.toml.Nearest;
import org.ipae.tunnel.toml.Source;
import org.jspecify.annotations.Nullable;

/**
 * Adds and removes [[peer]] tables in the text of a configuration; comments and everything else
 * stay as they are. An edit that would leave an invalid configuration is refused and changes
 * nothing.
 */
public final class ConfigEditor {
  private static final String PEER = "peer";

  private final Path file;
  private final StringBuilder more = new StringBuilder();

  public ConfigEditor(Path file) {
    this.file = file;
  }

  /** The peer that {@link #add} appends has this setting too; a text is quoted. */
  public ConfigEditor with(String setting, Object value) {
    line(
        more,
        setting,
        value instanceof String text ? TextNode.valueOf(text).toString() : "" + value);
    return this;
  }

  /**
   * Appends a peer to the main file.
   *
   * @param key null if its keys are in DNS
   * @param endpoints as written
   * @throws BadText if an argument is not a name, key, prefix or endpoint
   * @throws ConfigErrors if the configuration is, or would be, not valid
   */
  public void add(String name, @Nullable String key, List<String> endpoints, List<String> routes)
      throws ConfigErrors, IOException {
    StringBuilder block = new StringBuilder("\n[[peer]]\n");
    line(block, "name", quoted(Name.parse(name)));
    if (key != null) {
      line(block, "key", quoted(PeerReader.publicKey(key).toString()));
    }
    endpoints.forEach(Address::parse);
    List<String> quoted = endpoints.stream().map(ConfigEditor::quoted).toList();
    if (!quoted.isEmpty()) {
      line(block, "endpoint", quoted.size() == 1 ? quoted.getFirst() : quoted.toString());
    }
    List<String> prefixes = new ArrayList<>();
    for (String route : routes) {
      Cidr.route(route);
      prefixes.add(quoted(route));
    }
    line(block, "routes", "[" + String.join(", ", prefixes) + "]");
    block.append(more);

    ConfigReader.read(file);
    String before = Source.text(file);
    String separator = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
    String after = before + separator + block;
    try {
      ConfigReader.read(file, Map.of(file, after));
    } catch (ConfigErrors e) {
      // Their line numbers would refer to a text that nobody sees.
      throw new ConfigErrors(
          e.errors().stream()
              .map(x -> ConfigError.of(file, "peer not added: " + x.what(), x.remedy()))
              .toList());
    }
    AtomicFile.replace(file, after);
  }

  /**
   * The name of a host.
   *
   * @throws BadText if the text is not a name
   */
  public static String name(String text) {
    return Name.parse(text);
  }

  private static void line(StringBuilder block, String key, String value) {
    block.append(key).append(" = ").append(value).append('\n');
  }

  /** Only for texts that need no escape. */
  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /**
   * Removes a peer from the file that contains it.
   *
   * @return that file
   * @throws ConfigErrors if there is no such peer, or what is left would not be valid
   */
  public Path remove(String name) throws ConfigErrors, IOException {
    List<String> known = new ArrayList<>();
    for (Source s : ConfigReader.sources(file, Map.of())) {
      JsonNode peers = s.tree().path(PEER);
      for (int i = 0; i < peers.size(); i++) {
        String found = peers.get(i).path("name").asText();
        if (found.equals(name)) {
          cut(s, i, name);
          return s.file();
        }
        known.add(found);
      }
    }
    String remedy = known.isEmpty() ? "there are no peers" : Nearest.suggest(name, known);
    throw new ConfigErrors(ConfigError.of(file, "no peer " + name, remedy));
  }

  private void cut(Source source, int index, String name) throws ConfigErrors, IOException {
    Locator.Block block = source.locator().block(PEER + "[" + index + "]");
    String text = source.text();
    String after = block == null ? text : without(text, block);
    ObjectNode expected = source.tree().deepCopy();
    ArrayNode peers = (ArrayNode) expected.path(PEER);
    peers.remove(index);
    if (peers.isEmpty()) {
      expected.remove(PEER);
    }
    if (!Source.parse(source.file(), after).tree().equals(expected)) {
      throw new ConfigErrors(
          ConfigError.at(
              source.file(),
              source.locator().table(PEER + "[" + index + "]"),
              "peer " + name + " is not written as a separate [[peer]] table",
              "remove it by hand, then: ipae reload"));
    }
    ConfigReader.read(file, Map.of(source.file(), after));
    AtomicFile.replace(source.file(), after);
  }

  /** Without the block and the empty line before it, so that a remove undoes an add. */
  private static String without(String text, Locator.Block block) {
    int start = text.lastIndexOf('\n', block.start()) + 1;
    int end = Math.min(text.length(), block.end() + 1);
    if (text.startsWith("\n", start - 1) && text.startsWith("\n", start - 2)) {
      start--;
    }
    return text.substring(0, start) + text.substring(end);
  }
}
