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
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.ipae.tunnel.log.Reason;

/** One file of the configuration, syntactically sound. */
public record Source(Path file, String text, ObjectNode tree, Supplier<Locator> places) {
  private static final TomlMapper TOML = new TomlMapper();

  /**
   * Characters above which another thread looks for the places meanwhile: 10,000 peers have more.
   */
  private static final int LONG = 65_536;

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
      if (text.length() > LONG) {
        CompletableFuture<Locator> ahead = CompletableFuture.supplyAsync(() -> new Locator(text));
        return new Source(file, text, (ObjectNode) TOML.readTree(text), ahead::join);
      }
      ObjectNode tree = (ObjectNode) TOML.readTree(text);
      Locator locator = new Locator(text);
      return new Source(file, text, tree, () -> locator);
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
    return places.get();
  }

  /** The parser's message without the names of its tokens. */
  private static String withoutTokens(String message) {
    return message.replaceFirst(": Got [A-Z_]+, expected .*", "");
  }
}
