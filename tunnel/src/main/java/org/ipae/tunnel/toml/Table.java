// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A table of known keys, read by type; a mistake is collected, and the default takes its place. */
public final class Table {
  private final Source home;
  private final String path;
  private final List<String> known;
  private final List<ConfigError> errors;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  public Table(Source home, String path, List<String> known, List<ConfigError> errors) {
    this.home = home;
    this.path = path;
    this.known = known;
    this.errors = errors;
  }

  /** Takes over the keys of {@code node}; a key that is already set is a mistake. */
  public Table merge(Source source, ObjectNode node) {
    for (Map.Entry<String, JsonNode> e : node.properties()) {
      String key = e.getKey();
      Field field = new Field(source, path.isEmpty() ? key : path + "." + key, e.getValue());
      Field earlier = fields.get(key);
      if (!known.contains(key)) {
        errors.add(
            ConfigError.at(
                source.file(),
                source.locator().key(field.path()),
                "unknown key \"" + key + "\"" + (path.isEmpty() ? "" : " in " + title()),
                Nearest.suggest(key, known)));
      } else if (earlier != null) {
        errors.add(
            field.error(
                "\"" + key + "\" is already set in " + earlier.place(), "remove one of the two"));
      } else {
        fields.put(key, field);
      }
    }
    return this;
  }

  private String title() {
    return path.startsWith("peer[") ? "[[peer]]" : "[" + path + "]";
  }

  public @Nullable Field field(String key) {
    return fields.get(key);
  }

  /** An error at this value, or at the table when the value is not there. */
  public void error(String key, String what, String remedy) {
    Field field = fields.get(key);
    errors.add(
        field != null
            ? field.error(what, remedy)
            : ConfigError.at(home.file(), home.locator().table(path), what, remedy));
  }

  public @Nullable Field text(String key) {
    Field field = fields.get(key);
    if (field == null) {
      return null;
    }
    if (!field.value().isTextual()) {
      mistyped(field, "a string", key + " = \"...\"");
      return null;
    }
    return field;
  }

  /** As {@link #text(String)}, but a missing key is a mistake; {@code example} is the remedy. */
  public @Nullable Field required(String key, String example) {
    if (!fields.containsKey(key)) {
      String where = path.isEmpty() ? "" : " in " + title();
      error(key, "\"" + key + "\" is missing" + where, "add " + key + " = \"" + example + "\"");
    }
    return text(key);
  }

  /**
   * A text that {@code parse} turns into a value; its IllegalArgumentException has a message "what;
   * remedy".
   */
  public <T> @Nullable T parsed(@Nullable Field field, Function<String, T> parse) {
    if (field == null) {
      return null;
    }
    try {
      return parse.apply(field.text());
    } catch (BadText e) {
      errors.add(field.error(e.what(), e.remedy()));
      return null;
    }
  }

  public long number(String key, long least, long most, long fallback) {
    Field field = fields.get(key);
    if (field == null) {
      return fallback;
    }
    String range = least + ".." + most;
    if (!field.value().isIntegralNumber()) {
      mistyped(field, "a whole number", key + " = " + fallback);
      return fallback;
    }
    if (!field.value().canConvertToLong()
        || field.value().longValue() < least
        || field.value().longValue() > most) {
      errors.add(
          field.error(
              "\"" + key + "\" is " + field.value().asText() + ", out of range",
              "choose a number in " + range));
      return fallback;
    }
    return field.value().longValue();
  }

  /**
   * A time: a number of seconds, or a text such as "24h", "1h30m" or "7d".
   *
   * @param least seconds
   * @param most seconds
   */
  public Duration duration(String key, long least, long most, Duration fallback) {
    Field field = fields.get(key);
    if (field == null || !field.value().isTextual()) {
      return Duration.ofSeconds(number(key, least, most, fallback.toSeconds()));
    }
    String text = field.text();
    try {
      Duration out = Duration.parse((text.endsWith("d") ? "P" : "PT") + text);
      if (out.toSeconds() >= least && out.toSeconds() <= most) {
        return out;
      }
    } catch (DateTimeParseException e) {
      // told below
    }
    errors.add(
        field.error(
            "\""
                + key
                + "\" is \""
                + text
                + "\", which is no time from "
                + least
                + " to "
                + most
                + " seconds",
            "write seconds, or a text such as \"24h\" or \"90s\""));
    return fallback;
  }

  /** Whether a number is left to the program: absent or "auto". Any other string is a mistake. */
  public boolean auto(String key, long example) {
    Field field = fields.get(key);
    if (field == null || "auto".equals(field.text())) {
      return true;
    }
    if (!field.value().isIntegralNumber()) {
      error(
          key,
          "\"" + key + "\" must be \"auto\" or a number",
          "write " + key + " = \"auto\" or " + key + " = " + example);
      return true;
    }
    return false;
  }

  public boolean flag(String key, boolean fallback) {
    Field field = fields.get(key);
    if (field == null) {
      return fallback;
    }
    if (!field.value().isBoolean()) {
      mistyped(field, "true or false", key + " = " + fallback);
      return fallback;
    }
    return field.value().booleanValue();
  }

  /** The texts of a list; empty where the key is absent. */
  public List<Field> list(String key) {
    Field field = fields.get(key);
    List<Field> out = new ArrayList<>();
    if (field == null) {
      return out;
    }
    if (!field.value().isArray()) {
      mistyped(field, "a list of strings", key + " = [\"...\"]");
      return out;
    }
    for (int i = 0; i < field.value().size(); i++) {
      Field element = new Field(field.source(), field.path() + "#" + i, field.value().get(i));
      if (element.value().isTextual()) {
        out.add(element);
      } else {
        mistyped(element, "a list of strings", key + " = [\"...\"]");
      }
    }
    return out;
  }

  /**
   * A string, or the strings of a list; missing or empty is a mistake, {@code example} the remedy.
   */
  public List<Field> textOrList(String key, String example) {
    Field field = fields.get(key);
    if (field != null && field.value().isArray()) {
      if (field.value().isEmpty()) {
        error(key, "\"" + key + "\" is an empty list", "write " + key + " = \"" + example + "\"");
      }
      return list(key);
    }
    Field text = required(key, example);
    return text == null ? List.of() : List.of(text);
  }

  /** A string, or the strings of a list; none if the key is missing. */
  public List<Field> textOrListIfAny(String key) {
    Field field = fields.get(key);
    if (field != null && field.value().isArray()) {
      return list(key);
    }
    Field text = text(key);
    return text == null ? List.of() : List.of(text);
  }

  /** Whether the key is set to an empty list. */
  public boolean empty(String key) {
    Field field = fields.get(key);
    return field != null && field.value().isArray() && field.value().isEmpty();
  }

  /** The elements of a list as {@code parse} reads them, without those that are mistakes. */
  public <T> List<T> parsedList(String key, Function<String, T> parse) {
    List<T> out = new ArrayList<>();
    for (Field f : list(key)) {
      T value = parsed(f, parse);
      if (value != null) {
        out.add(value);
      }
    }
    return out;
  }

  private void mistyped(Field field, String wanted, String example) {
    errors.add(
        field.error(
            "\"" + field.key() + "\" must be " + wanted + ", not " + field.typeName(),
            "write " + example));
  }
}
