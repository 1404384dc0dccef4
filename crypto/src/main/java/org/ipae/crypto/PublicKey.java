// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.util.encoders.Base32;
import org.jspecify.annotations.Nullable;

/**
 * An X25519 public key: 32 bytes, little-endian (RFC 7748). As text "k1" and 56 characters of
 * base-32 (RFC 4648, lower case): the key and the first 3 bytes of SHA-256("ipae1 key" || key), so
 * that a mistyped key is no key. PROTOCOL.md section 3.3. Refused everywhere: bit 255 set, values
 * of p or more, points of small order.
 */
public final class PublicKey implements Comparable<PublicKey> {
  /** Bytes of a key. */
  public static final int SIZE = 32;

  /** Characters of a key as text. */
  public static final int TEXT = 58;

  private static final String PREFIX = "k1";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int CHECKSUM = 3;
  private static final byte[] LABEL = "ipae1 key".getBytes(StandardCharsets.US_ASCII);

  /** Characters of the form without a checksum, which no release had. */
  private static final int OLD_TEXT = 54;

  /** Characters of 32 bytes in base64. */
  private static final int BASE64 = 44;

  /** The canonical u-coordinates of order 1, 2, 4 and 8 on the curve and its twist. */
  private static final List<byte[]> SMALL_ORDER =
      List.of(
          hex("0000000000000000000000000000000000000000000000000000000000000000"),
          hex("0100000000000000000000000000000000000000000000000000000000000000"),
          hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
          hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
          hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"));

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /**
   * The key of 32 bytes, copied.
   *
   * @throws IllegalArgumentException if the length or the value is refused
   */
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("a public key has 32 bytes, not " + bytes.length);
    }
    String fault = fault(bytes);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    return new PublicKey(bytes.clone());
  }

  /** The key at {@code offset}, or null if there are not 32 bytes or the value is refused. */
  public static @Nullable PublicKey fromWire(byte[] bytes, int offset) {
    if (bytes.length - offset < SIZE) {
      return null;
    }
    byte[] key = Arrays.copyOfRange(bytes, offset, offset + SIZE);
    return fault(key) == null ? new PublicKey(key) : null;
  }

  /**
   * Reads the text form in upper or lower case.
   *
   * @throws IllegalArgumentException with one sentence that names the fault, without the text
   */
  public static PublicKey parse(String text) {
    if (text.length() == BASE64 && text.endsWith("=")) {
      throw new IllegalArgumentException(
          "This is 32 bytes in base64: a WireGuard key, or a private key (not shown here).");
    }
    boolean prefixed = text.length() > 1 && "kK".indexOf(text.charAt(0)) >= 0;
    prefixed = prefixed && text.charAt(1) == '1';
    if (text.length() == OLD_TEXT && prefixed) {
      throw new IllegalArgumentException("This public key has the old form, without a checksum.");
    }
    if (text.length() != TEXT) {
      throw new IllegalArgumentException(
          "A public key has " + TEXT + " characters, this text has " + text.length() + ".");
    }
    if (!prefixed) {
      throw new IllegalArgumentException("A public key starts with k1, this text does not.");
    }
    for (int i = PREFIX.length(); i < TEXT; i++) {
      if (value(text.charAt(i)) < 0) {
        throw new IllegalArgumentException(
            "Character "
                + (i + 1)
                + " of the public key, "
                + printable(text.charAt(i))
                + ", is not one of a-z and 2-7.");
      }
    }
    byte[] decoded = decode(text);
    if (!isSound(decoded)) {
      int wrong = wrongCharacter(text);
      throw new IllegalArgumentException(
          wrong == 0
              ? "The public key does not fit its checksum: it is mistyped."
              : "Character " + wrong + " of the public key is wrong: the checksum does not fit.");
    }
    byte[] key = Arrays.copyOf(decoded, SIZE);
    String fault = fault(key);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    return new PublicKey(key);
  }

  private static byte[] decode(String text) {
    return Base32.decode(text.substring(PREFIX.length()).toUpperCase(Locale.ROOT));
  }

  private static boolean isSound(byte[] decoded) {
    byte[] key = Arrays.copyOf(decoded, SIZE);
    return Arrays.equals(checksum(key), 0, CHECKSUM, decoded, SIZE, SIZE + CHECKSUM);
  }

  private static byte[] checksum(byte[] key) {
    return Arrays.copyOf(Sha256.hash(LABEL, key), CHECKSUM);
  }

  /** The only character that need be another for the checksum to fit, from 1; 0 if none is. */
  private static int wrongCharacter(String text) {
    int found = 0;
    StringBuilder other = new StringBuilder(text);
    for (int i = PREFIX.length(); i < TEXT; i++) {
      for (int c = 0; c < ALPHABET.length(); c++) {
        other.setCharAt(i, ALPHABET.charAt(c));
        if (isSound(decode(other.toString()))) {
          if (found != 0) {
            return 0;
          }
          found = i + 1;
        }
      }
      other.setCharAt(i, text.charAt(i));
    }
    return found;
  }

  /** Only ASCII letters have two cases here; String's own conversion knows further ones. */
  private static int value(char c) {
    return ALPHABET.indexOf(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }

  /** For messages: what is not visible ASCII is written as its code. */
  private static String printable(char c) {
    return c > ' ' && c < 0x7f ? "'" + c + "'" : String.format(Locale.ROOT, "'\\u%04x'", (int) c);
  }

  private static @Nullable String fault(byte[] key) {
    if (key[SIZE - 1] < 0) {
      return "The public key has bit 255 set.";
    }
    if (atLeastP(key)) {
      return "The public key is not below 2^255 - 19.";
    }
    for (byte[] point : SMALL_ORDER) {
      if (Arrays.equals(point, key)) {
        return "The public key is a point of small order.";
      }
    }
    return null;
  }

  private static boolean atLeastP(byte[] key) {
    if (key[SIZE - 1] != 0x7f || (key[0] & 0xff) < 0xed) {
      return false;
    }
    for (int i = 1; i < SIZE - 1; i++) {
      if (key[i] != (byte) 0xff) {
        return false;
      }
    }
    return true;
  }

  /** A copy of the 32 bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** By the bytes as unsigned numbers, the first one first. */
  @Override
  public int compareTo(PublicKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form, {@link #TEXT} characters. */
  @Override
  public String toString() {
    byte[] checked = Arrays.copyOf(bytes, SIZE + CHECKSUM);
    System.arraycopy(checksum(bytes), 0, checked, SIZE, CHECKSUM);
    return PREFIX + Base32.toBase32String(checked).toLowerCase(Locale.ROOT);
  }
}
