// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/** One file of the configuration, syntactically sound. */
public final class Source {
  private static final TomlMapper TOML = new TomlMapper();

  private final Path file;
  private final String text;
  private final ObjectNode tree;
  private @Nullable Locator locator; // once something is wrong

  private Source(Path file, String text, ObjectNode tree) {
    this.file = file;
    this.text = text;
    this.tree = tree;
  }

  public Path file() {
    return file;
  }

  public String text() {
    return text;
  }

  public ObjectNode tree() {
    return tree;
  }

  public static Source read(Path file) throws ConfigErrors {
    return parse(file, text(file));
  }

  public static String text(Path file) throws ConfigErrors {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigErrors(
          ConfigError.of(file, "no such file", "create one with: ipae init NAME --config " + file));
    } catch (AccessDeniedException e) {
      throw new ConfigErrors(ConfigError.of(file, "permission denied", "run this as root"));
    } catch (CharacterCodingException e) {
      throw new ConfigErrors(ConfigError.of(file, "not UTF-8", "save it as UTF-8 text"));
    } catch (IOException e) {
      throw new ConfigErrors(
          ConfigError.of(file, "cannot be read (" + Reason.of(e) + ")", "check the file"));
    }
  }

  public static Source parse(Path file, String text) throws ConfigErrors {
    try {
      return new Source(file, text, (ObjectNode) TOML.readTree(text));
    } catch (JacksonException e) {
      JsonLocation where = e.getLocation();
      int line = where == null ? 1 : Math.max(1, where.getLineNr());
      int column = where == null ? 1 : Math.max(1, where.getColumnNr());
      throw new ConfigErrors(
          new ConfigError(
              file.toString(),
              line,
              column,
              "not TOML: " + withoutTokens(e.getOriginalMessage()),
              "write key = \"text\", key = 1, key = [\"a\", \"b\"], [tun] or [[peer]]"));
    }
  }

  /** Where its keys and tables are written. */
  public Locator locator() {
    if (locator == null) {
      locator = new Locator(text);
    }
    return locator;
  }

  /** The parser's message without the names of its tokens. */
  private static String withoutTokens(String message) {
    return message.replaceFirst(": Got [A-Z_]+, expected .*", "");
  }
}
