// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandTest {
  @Test
  void outputErrorsAndExitCodeAreKeptApart() {
    Command.Result r = Command.run(List.of("sh", "-c", "echo out; echo err >&2; exit 3"));
    assertEquals(new Command.Result(3, "out\n", "err\n"), r);
  }

  @Test
  void whatMustSucceedSaysHowItFailed() {
    LabFailure f =
        assertThrows(LabFailure.class, () -> Command.must("sh", "-c", "echo why >&2; exit 3"));
    assertTrue(f.getMessage().contains("exited 3: why"), f.getMessage());
  }

  @Test
  void muchOutputOnBothSidesDoesNotBlock() {
    String much = "head -c 1000000 /dev/zero | tr '\\0' x";
    Command.Result r = Command.run(List.of("sh", "-c", much + " >&2; " + much));
    assertEquals(1_000_000, r.out().length());
    assertEquals(1_000_000, r.err().length());
  }
}
