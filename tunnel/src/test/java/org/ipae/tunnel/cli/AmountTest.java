// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class AmountTest {
  @Test
  void bytesHaveBinaryUnits() {
    assertEquals("0 B", Amount.bytes(0));
    assertEquals("1023 B", Amount.bytes(1023));
    assertEquals("1.00 KiB", Amount.bytes(1024));
    assertEquals("8.00 EiB", Amount.bytes(Long.MAX_VALUE));
  }

  @Test
  void durationsHaveAtMostTwoUnits() {
    assertEquals("less than a second", Amount.duration(999));
    assertEquals("1 second", Amount.duration(1_000));
    assertEquals("1 minute", Amount.duration(60_000));
    assertEquals("1 hour, 1 minute", Amount.duration(3_660_000));
    assertEquals("2 days, 1 hour", Amount.duration(2 * 86_400_000L + 3_600_000));
  }

  @Test
  void agesHaveOneUnit() {
    assertEquals("now", Amount.ago(10));
    assertEquals("59 seconds ago", Amount.ago(59_999));
    assertEquals("1 minute ago", Amount.ago(119_000));
    assertEquals("1 day ago", Amount.ago(90_000_000));
  }

  @Test
  void roundTripsHaveThreeDigits() {
    assertEquals("0.05 ms", Amount.millis(45));
    assertEquals("12.3 ms", Amount.millis(12_345));
    assertEquals("123 ms", Amount.millis(123_456));
  }
}
