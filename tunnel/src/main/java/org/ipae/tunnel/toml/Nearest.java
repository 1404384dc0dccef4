// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.util.List;

/** Finds the known word that is closest to a mistyped one. */
public final class Nearest {
  private Nearest() {}

  /** The remedy for {@code wrong}: the word it resembles, or all that are {@code known}. */
  public static String suggest(String wrong, List<String> known) {
    String best = "";
    int least = Math.max(2, wrong.length() / 3) + 1;
    for (String k : known) {
      int distance = distance(wrong, k);
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best.isEmpty()
        ? "use one of: " + String.join(", ", known)
        : "did you mean \"" + best + "\"?";
  }

  /** The least number of insertions, deletions and replacements. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replace = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
