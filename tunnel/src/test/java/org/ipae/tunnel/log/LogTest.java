// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogTest {
  @Test
  void theJournalGetsLevelAndMessageInOneLine() {
    assertEquals("WARNING peer b is down\n", Log.line(null, "WARNING", "peer b\nis down"));
  }

  @Test
  void elsewhereALineBeginsWithTheTime() {
    String line = Log.line(Instant.EPOCH, "WARNING", "peer b is down");
    assertTrue(
        line.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(Z|[+-]\\d\\d:\\d\\d) WARNING .*\n"), line);
  }
}
