// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.ipae.crypto.Sample.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PublicKeyTest {
  private static final byte[] BYTES =
      hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  private static final long SEED = 20_261_125;
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final String TEXT = PublicKey.of(BYTES).toString();

  @Test
  void theTextIsRfc4648Base32InLowerCase() {
    assertEquals("k1quqpacmjgctvi5elpxolipxxlig36oqney4bv5hlusuy5ku3jzvo2n2m", TEXT);
    assertEquals(unchecked(BYTES), TEXT);
  }

  @Test
  void everyKeyComesBackFromItsTextInEitherCase() {
    for (int seed = 0; seed < 500; seed++) {
      PublicKey key = PublicKey.of(X25519KeyPair.generate(Sample.seeded(seed)).publicKey());
      assertEquals(key, PublicKey.parse(key.toString()));
      assertEquals(key, PublicKey.parse(key.toString().toUpperCase(Locale.ROOT)));
    }
  }

  @Test
  void itIsAValue() {
    PublicKey key = PublicKey.of(BYTES);
    byte[] copy = key.bytes();
    copy[0] = 0;
    assertArrayEquals(BYTES, key.bytes());
    byte[] larger = BYTES.clone();
    larger[0]++;
    PublicKey other = PublicKey.of(larger);
    assertNotEquals(key, other);
    assertTrue(key.compareTo(other) < 0 && other.compareTo(key) > 0);
    byte[] out = new byte[34];
    System.arraycopy(BYTES, 0, out, 1, 32);
    assertEquals(0, key.compareTo(PublicKey.fromWire(out, 1)));
    assertEquals(key.hashCode(), PublicKey.of(BYTES).hashCode());
    assertNull(PublicKey.fromWire(out, 3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void pointsOfSmallOrderAreRefused(String point) {
    assertNull(PublicKey.fromWire(hex(point), 0));
    assertEquals("The public key is a point of small order.", fault(unchecked(hex(point))));
    assertNull(X25519KeyPair.generate(Sample.seeded(1)).agree(hex(point)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0xed, 0xee, 0xff})
  void valuesFromPOnAreRefused(int low) {
    byte[] value = new byte[32];
    Arrays.fill(value, (byte) 0xff);
    value[31] = 0x7f;
    value[0] = (byte) low;
    assertNull(PublicKey.fromWire(value, 0));
    assertEquals("The public key is not below 2^255 - 19.", fault(unchecked(value)));
  }

  @Test
  void bit255IsRefused() {
    byte[] value = BYTES.clone();
    value[31] |= (byte) 0x80;
    assertNull(PublicKey.fromWire(value, 0));
    assertEquals("The public key has bit 255 set.", fault(unchecked(value)));
    assertThrows(IllegalArgumentException.class, () -> PublicKey.of(value));
    assertThrows(IllegalArgumentException.class, () -> PublicKey.of(new byte[31]));
  }

  @Test
  void aFaultyTextIsToldWhatIsWrong() {
    assertEquals("A public key has 58 characters, this text has 0.", fault(""));
    assertEquals("A public key has 58 characters, this text has 59.", fault(TEXT + "a"));
    assertEquals(
        "A public key starts with k1, this text does not.", fault("k2" + TEXT.substring(2)));
    assertEquals(
        "Character 3 of the public key, '1', is not one of a-z and 2-7.",
        fault("k11" + TEXT.substring(3)));
    assertEquals(
        "Character 58 of the public key, '\\u000a', is not one of a-z and 2-7.",
        fault(TEXT.substring(0, 57) + "\n"));
    // LATIN CAPITAL LETTER I WITH DOT ABOVE becomes two characters in lower case.
    assertEquals(
        "Character 58 of the public key, '\\u0130', is not one of a-z and 2-7.",
        fault(TEXT.substring(0, 57) + "\u0130"));
  }

  @Test
  void theOldFormAndKeysOfOthersAreNamed() {
    assertEquals(
        "This public key has the old form, without a checksum.", fault(TEXT.substring(0, 54)));
    String base64 = Base64.getEncoder().encodeToString(BYTES);
    String fault = fault(base64);
    assertEquals(
        "This is 32 bytes in base64: a WireGuard key, or a private key (not shown here).", fault);
  }

  @Test
  void oneWrongCharacterIsFoundAndNotCorrected() {
    Random random = new Random(SEED);
    for (int n = 0; n < 300; n++) {
      String text =
          PublicKey.of(X25519KeyPair.generate(Sample.seeded(random.nextInt())).publicKey())
              .toString();
      int at = 2 + random.nextInt(56);
      char wrong = ALPHABET.charAt(random.nextInt(32));
      if (wrong != text.charAt(at)) {
        String fault = fault(text.substring(0, at) + wrong + text.substring(at + 1));
        assertEquals(
            "Character " + (at + 1) + " of the public key is wrong: the checksum does not fit.",
            fault,
            "seed " + SEED);
      }
    }
  }

  @Test
  void twoCharactersThatHaveChangedPlacesAreRefused() {
    Random random = new Random(SEED);
    for (int n = 0; n < 300; n++) {
      int at = 2 + random.nextInt(55);
      String text =
          PublicKey.of(X25519KeyPair.generate(Sample.seeded(random.nextInt())).publicKey())
              .toString();
      if (text.charAt(at) != text.charAt(at + 1)) {
        String swapped =
            text.substring(0, at) + text.charAt(at + 1) + text.charAt(at) + text.substring(at + 2);
        assertEquals(
            "The public key does not fit its checksum: it is mistyped.",
            fault(swapped),
            "seed " + SEED);
      }
    }
  }

  private static String fault(String text) {
    return assertThrows(IllegalArgumentException.class, () -> PublicKey.parse(text)).getMessage();
  }

  /** The text of any 32 bytes. */
  private static String unchecked(byte[] value) {
    byte[] label = "ipae1 key".getBytes(StandardCharsets.US_ASCII);
    byte[] sum = Arrays.copyOf(Sha256.hash(label, value), 3);
    BigInteger bits = new BigInteger(1, value).shiftLeft(24).or(new BigInteger(1, sum));
    StringBuilder text = new StringBuilder("k1");
    for (int i = 55; i >= 0; i--) {
      text.append(ALPHABET.charAt(bits.shiftRight(5 * i).intValue() & 31));
    }
    return text.toString();
  }
}
