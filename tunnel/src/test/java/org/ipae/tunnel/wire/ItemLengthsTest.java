// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of lengths is that of PROTOCOL.md section 9, and decides alone. [IT-3] [IT-7] */
class ItemLengthsTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| 0x(0[0-9a-f]) \\| [A-Z_]+ \\| ([0-9]+) bytes?(?: and (.+))? \\|$");
  private static final int LONGEST = 1_400;

  /** What the document says of each type. */
  private static Map<Integer, IntPredicate> document() throws IOException {
    Map<Integer, IntPredicate> rows = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("PROTOCOL.md"))) {
      Matcher m = ROW.matcher(line);
      if (m.matches()) {
        int fixed = Integer.parseInt(m.group(2));
        String rest = m.group(3);
        rows.put(
            Integer.parseInt(m.group(1), 16),
            switch (rest) {
              case null -> n -> n == fixed;
              case "data" -> n -> n > fixed;
              case "52 for each cookie" -> n -> n > fixed && (n - fixed) % 52 == 0;
              case "a Noise message" -> n -> List.of(1_308, 108, 1_208, 104).contains(n - fixed);
              default -> throw new AssertionError(line);
            });
      }
    }
    return rows;
  }

  @Test
  void itIsTheTableOfTheDocument() throws IOException {
    Map<Integer, IntPredicate> document = document();
    assertEquals(Item.KEEP_OPEN, document.size());
    for (int type = 0; type < 256; type++) {
      IntPredicate may = document.get(type);
      assertEquals(may != null, ItemLengths.known(type), "type " + type);
      for (int n = 0; n <= LONGEST; n++) {
        boolean fits = may != null && may.test(n);
        assertEquals(fits, ItemLengths.fit(type, n), "type " + type + ", " + n + " bytes");
      }
    }
  }

  @Test
  void anItemOfAnotherLengthIsNoItem() throws IOException {
    byte[] value = new byte[LONGEST];
    value[0] = 1; // a kind that all have
    for (int type : document().keySet()) {
      assertEquals(type != Item.FRAGMENT, Item.known(type));
      for (int n = 0; Item.known(type) && n <= LONGEST; n++) {
        boolean item = Item.decode(type, value, 0, n) != null;
        assertEquals(ItemLengths.fit(type, n), item, "type " + type + ", " + n + " bytes");
      }
    }
    assertFalse(Item.known(0x7f));
  }
}
