// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SuiteTest {
  @ParameterizedTest
  @CsvSource({
    "X25519_MLKEM768_AES256GCM,1,1,x25519-mlkem768-aes256gcm,true,1296,1152",
    "X25519_MLKEM768_CHACHA20POLY1305,2,2,x25519-mlkem768-chacha20poly1305,true,1296,1152",
    "X25519_AES256GCM,3,4,x25519-aes256gcm,false,96,48"
  })
  void theRowsAreThoseOfTheProtocol(
      Suite suite, int id, int bit, String name, boolean hybrid, int first, int second) {
    assertEquals(id, suite.id());
    assertEquals(bit, suite.bit());
    assertEquals(name, suite.configName());
    assertEquals(hybrid, suite.hybrid());
    assertEquals(first, suite.message1Overhead());
    assertEquals(second, suite.message2Overhead());
  }

  @ParameterizedTest
  @EnumSource
  void everySuiteIsFoundByItsIdAndName(Suite suite) {
    assertSame(suite, Suite.byId(suite.id()));
    assertSame(suite, Suite.byConfigName(suite.configName()));
  }

  @Test
  void unknownSuitesAreNull() {
    assertNull(Suite.byId(0));
    assertNull(Suite.byId(4));
    assertNull(Suite.byConfigName("X25519-AES256GCM"));
  }
}
