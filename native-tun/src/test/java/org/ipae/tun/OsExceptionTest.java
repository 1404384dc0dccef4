// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OsExceptionTest {
  @Test
  void theMessageNamesTheCallTheErrorAndTheHint() {
    OsException e = new OsException("TUNSETIFF tun0", Errno.EBUSY);
    assertEquals("TUNSETIFF tun0: EBUSY (Device or resource busy)", e.getMessage());
    assertEquals(Errno.EBUSY, e.errno());
    assertEquals("EBUSY", e.errnoName());
    assertEquals("TUNSETIFF tun0", e.call());
    assertEquals(
        "bind: EPERM (Operation not permitted): ask root",
        new OsException("bind", Errno.EPERM, "ask root").getMessage());
  }

  @Test
  void anUnknownNumberStillHasAName() {
    assertEquals("errno 4711", Errno.name(4711));
    assertEquals("unknown error", Errno.text(4711));
  }

  @Test
  void capabilitiesAreReadFromTheEffectiveSet() {
    assertTrue(Capabilities.has(List.of("CapPrm:\t0", "CapEff:\t0000000000001000"), 12));
    assertTrue(Capabilities.has(List.of("CapEff:\tffffffffffffffff"), 12));
    assertFalse(Capabilities.has(List.of("CapEff:\t0000000000002fff"), 12));
    assertFalse(Capabilities.has(List.of("Name:\tjava"), 12));
  }
}
