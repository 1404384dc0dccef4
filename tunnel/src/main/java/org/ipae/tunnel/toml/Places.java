// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds where values are written by reading their files again: positions are needed for the few
 * values that turn out wrong after the configuration was read, and a daemon should not keep the
 * text, nor find all positions at each start. One thread.
 */
public final class Places {
  private final Map<Path, Optional<Locator>> files = new HashMap<>();

  /**
   * A value without its text.
   *
   * @param path as {@link Locator} writes it
   */
  public record Key(Path file, String path) {}

  /** Where it is, the first line if the file cannot be read any more. */
  public Place of(Key key) {
    Optional<Locator> locator = files.computeIfAbsent(key.file, Places::locator);
    return new Place(
        key.file, locator.map(l -> l.value(key.path)).orElseGet(() -> new Position(1, 1)));
  }

  private static Optional<Locator> locator(Path file) {
    try {
      return Optional.of(Source.read(file).locator());
    } catch (ConfigErrors e) {
      return Optional.empty();
    }
  }
}
