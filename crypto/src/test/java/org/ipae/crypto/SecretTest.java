// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is closed is zero, wherever our objects hold it. */
final class SecretTest {
  @Test
  void closingOverwritesTheLiveArray() {
    byte[] bytes = {1, 2, 3};
    Secret secret = Secret.take(bytes);
    assertSame(bytes, secret.bytes());
    assertFalse(secret.closed());
    secret.close();
    secret.close();
    assertTrue(secret.closed());
    assertArrayEquals(new byte[3], bytes);
    assertEquals(3, secret.length());
    assertThrows(IllegalStateException.class, secret::bytes);
    assertThrows(IllegalStateException.class, secret::copy);
  }

  @Test
  void copiesHaveArraysOfTheirOwn() {
    byte[] bytes = {1, 2, 3, 4};
    Secret secret = Secret.copyOf(bytes, 1, 2);
    assertArrayEquals(new byte[] {2, 3}, secret.bytes());
    Secret copy = secret.copy();
    assertNotSame(secret.bytes(), copy.bytes());
    secret.close();
    assertArrayEquals(new byte[] {2, 3}, copy.bytes());
    assertArrayEquals(new byte[] {1, 2, 3, 4}, bytes);
  }

  @Test
  void printingShowsOnlyTheLength() {
    assertEquals("Secret[2 bytes]", Secret.take(new byte[] {42, 43}).toString());
  }

  @Test
  void comparisonLooksAtTheRangeOnly() {
    byte[] a = {9, 1, 2, 3};
    byte[] b = {1, 2, 4};
    assertTrue(ConstantTime.equal(a, 1, b, 0, 2));
    assertFalse(ConstantTime.equal(a, 1, b, 0, 3));
    assertTrue(ConstantTime.equal(a, 1, b, 0, 0));
  }

  @Test
  void keyPairsAndEncapsulationsEraseTheirSecrets() {
    X25519KeyPair pair = X25519KeyPair.generate(Sample.seeded(60));
    byte[] key = pair.privateKey().bytes();
    pair.close();
    assertArrayEquals(new byte[32], key);
    MlKem768.KeyPair kem = MlKem768.generate(Sample.seeded(61));
    MlKem768.Encapsulation sent =
        MlKem768.encapsulate(kem.encapsulationKey(), 0, Sample.seeded(62));
    byte[] decapsulationKey = kem.decapsulationKey().bytes();
    byte[] shared = sent.secret().bytes();
    kem.close();
    sent.close();
    assertArrayEquals(new byte[2400], decapsulationKey);
    assertArrayEquals(new byte[32], shared);
  }

  @Test
  void aClosedHandshakeHoldsNoSecret() {
    byte[] psk = Sample.seeded(63).bytes(32);
    X25519KeyPair s = X25519KeyPair.generate(Sample.seeded(64));
    HandshakeState state =
        new HandshakeState(
            Suite.X25519_MLKEM768_AES256GCM.noiseName(),
            true,
            new byte[0],
            s,
            null,
            X25519KeyPair.generate(Sample.seeded(65)).publicKey(),
            List.of(Secret.copyOf(psk, 0, 32)),
            Sample.seeded(66));
    state.writeMessage(new byte[12], new byte[1400], 0);
    List<byte[]> arrays = arrays(state);
    arrays.removeIf(
        array -> array == s.privateKey().bytes() || array == s.publicKey() || publicBytes(array));
    byte[] ck = state.chainingKey().bytes();
    assertTrue(arrays.stream().anyMatch(array -> Arrays.equals(array, ck)), "finds the key");
    assertTrue(arrays.stream().anyMatch(array -> Arrays.equals(array, psk)), "finds the psk");
    assertTrue(arrays.stream().anyMatch(array -> array.length == 2400), "finds the KEM key");
    state.close();
    for (byte[] array : arrays) {
      assertArrayEquals(new byte[array.length], array);
    }
  }

  @Test
  void aClosedCipherOfTheJdkHoldsNoKey() {
    byte[] key = Sample.seeded(67).bytes(32);
    JdkAead cipher = new JdkAead(false);
    cipher.key(key, 0);
    List<byte[]> arrays = arrays(cipher);
    assertTrue(arrays.stream().anyMatch(array -> Arrays.equals(array, key)));
    cipher.close();
    assertFalse(arrays.stream().anyMatch(array -> Arrays.equals(array, key)));
  }

  @Test
  void aCipherOfTheLibraryNeverHoldsItsKeyOnTheHeap() {
    byte[] key = Sample.seeded(67).bytes(32);
    try (NativeAead cipher = new NativeAead(false, key)) {
      assertFalse(arrays(cipher).stream().anyMatch(array -> Arrays.equals(array, key)));
    }
  }

  /** Ephemeral public keys, the KEM's included, and nonces. */
  private static boolean publicBytes(byte[] array) {
    return array.length == 1184 || array.length == 12 || EPHEMERALS.contains(Sample.hex(array));
  }

  private static final Set<String> EPHEMERALS =
      Set.of(
          Sample.hex(X25519KeyPair.generate(Sample.seeded(66)).publicKey()),
          Sample.hex(X25519KeyPair.generate(Sample.seeded(65)).publicKey()));

  /** Every array that our own objects and lists below {@code root} hold. */
  private static List<byte[]> arrays(Object root) {
    List<byte[]> found = new ArrayList<>();
    collect(root, found, Collections.newSetFromMap(new IdentityHashMap<>()));
    return found;
  }

  private static void collect(Object object, List<byte[]> found, Set<Object> seen) {
    if (object == null || !seen.add(object)) {
      return;
    }
    if (object instanceof byte[] array) {
      found.add(array);
    } else if (object instanceof List<?> list) {
      list.forEach(element -> collect(element, found, seen));
    } else if (object.getClass().getModule() == Secret.class.getModule()
        && !object.getClass().isHidden()
        && !object.getClass().isEnum()) {
      for (Field field : object.getClass().getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          try {
            collect(field.get(object), found, seen);
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
  }
}
