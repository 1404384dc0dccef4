// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PingedTest {
  @Test
  void anAttemptWithoutAnswerIsLostAndHasNoTime() {
    Pinged p =
        Pinged.parse(
            """
            answer from gw-b: seq=1 time=0.45 ms
            no answer from gw-b: seq=2
            answer from gw-b: seq=3 time=12.5 ms
            answer from gw-b: seq=4 time=104 ms

            --- gw-b ping statistics ---
            """);
    assertEquals(new Pinged(4, 3, 12_500, 104_000), p);
    assertEquals(1, p.lost());
    assertEquals(new Pinged(0, 0, 0, 0), Pinged.parse(""));
  }
}
