// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A place in a text, both counted from 1. */
public record Position(int line, int column) {

  /** Where the lines of a text begin, to find a position without reading the text again. */
  static final class Lines {
    private final int[] starts;

    Lines(String text) {
      starts =
          IntStream.concat(
                  IntStream.of(0),
                  IntStream.range(0, text.length())
                      .filter(i -> text.charAt(i) == '\n')
                      .map(i -> i + 1))
              .toArray();
    }

    Position at(int offset) {
      int found = Arrays.binarySearch(starts, offset);
      int line = found >= 0 ? found : -found - 2;
      return new Position(line + 1, offset - starts[line] + 1);
    }
  }
}
