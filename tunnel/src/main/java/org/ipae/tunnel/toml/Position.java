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
      IntStream.Builder found = IntStream.builder().add(0);
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
        found.add(end + 1);
      }
      starts = found.build().toArray();
    }

    Position at(int offset) {
      int found = Arrays.binarySearch(starts, offset);
      int line = found >= 0 ? found : -found - 2;
      return new Position(line + 1, offset - starts[line] + 1);
    }
  }
}
