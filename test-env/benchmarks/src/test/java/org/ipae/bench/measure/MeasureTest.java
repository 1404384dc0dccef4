// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasureTest {
  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    Measure m = new Measure(List.of(9.0, 1.0, 4.0));
    assertEquals(4, m.median());
    assertEquals(1, m.least());
    assertEquals(9, m.greatest());
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertEquals(3, new Measure(List.of(100.0, 2.0, 4.0, -1.0)).median());
  }

  @Test
  void nothingIsNoMeasure() {
    assertThrows(IllegalArgumentException.class, () -> new Measure(List.of()));
  }

  @Test
  void aRatioIsOfTheSameRound() {
    Measures m = new Measures();
    m.record("a", 10.0);
    m.record("b", 5.0);
    m.ratio("a/b", "a", "b");
    m.record("a", 9.0);
    m.record("b", 3.0);
    m.ratio("a/b", "a", "b");
    assertEquals(List.of(2.0, 3.0), m.all().get("a/b").samples());
    assertThrows(IllegalStateException.class, () -> m.last("c"));
  }
}
