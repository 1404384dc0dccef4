package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLinesTest {
  private static final LogRecord RECORD = new LogRecord(Level.WARNING, "peer b\nis down");

  @Test
  void theJournalGetsLevelAndMessageInOneLine() {
    assertEquals("WARNING peer b is down\n", new LogLines(false).format(RECORD));
  }

  @Test
  void elsewhereALineBeginsWithTheTime() {
    String line = new LogLines(true).format(RECORD);
    assertTrue(
        line.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(Z|[+-]\\d\\d:\\d\\d) WARNING .*\n"), line);
  }
}
