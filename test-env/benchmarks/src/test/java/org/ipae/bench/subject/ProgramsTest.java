// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgramsTest {
  @Test
  void theMirrorOfEitherFormOfListIsFound() {
    assertEquals(
        Optional.of("http://deb.example.org/debian"),
        Programs.mirror("# none\nTypes: deb\nURIs: http://deb.example.org/debian\nSuites: sid\n"));
    assertEquals(
        Optional.of("https://deb.example.org/debian/"),
        Programs.mirror("deb [signed-by=/x] https://deb.example.org/debian/ bookworm main\n"));
    assertEquals(
        Optional.empty(), Programs.mirror("deb http://deb.example.org/debian-security x main\n"));
  }
}
