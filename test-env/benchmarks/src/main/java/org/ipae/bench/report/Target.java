// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.math.BigDecimal;

/**
 * What a median should be.
 *
 * @param relation {@code >=}, {@code <=} or {@code <}
 */
public record Target(String relation, BigDecimal number) {
  static Target of(String text) {
    String relation = text.replaceAll("[^<>=]", "");
    if (!relation.equals(">=") && !relation.equals("<=") && !relation.equals("<")) {
      throw new IllegalArgumentException(text);
    }
    return new Target(relation, new BigDecimal(text.substring(relation.length()).strip()));
  }

  /** Whether a median is as it should be. */
  public boolean met(double median) {
    double n = number.doubleValue();
    return switch (relation) {
      case ">=" -> median >= n;
      case "<=" -> median <= n;
      default -> median < n;
    };
  }

  @Override
  public String toString() {
    return relation + " " + number;
  }
}
