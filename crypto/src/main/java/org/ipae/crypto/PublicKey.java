// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An X25519 public key: 32 bytes, little-endian (RFC 7748). As text "k1" and 52 characters of
 * base-32 (RFC 4648, lower case, no padding). Refused everywhere: bit 255 set, values of p or more,
 * points of small order.
 */
public final class PublicKey implements Comparable<PublicKey> {
  /** Bytes of a key. */
  public static final int SIZE = 32;

  /** Characters of a key as text. */
  public static final int TEXT = 54;

  private static final String PREFIX = "k1";
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS = 5;
  private static final int TRAILING = (TEXT - 2) * BITS - SIZE * 8;

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
   * @throws IllegalArgumentException with one sentence that names the fault
   */
  public static PublicKey parse(String text) {
    if (text.length() != TEXT) {
      throw new IllegalArgumentException(
          "A public key has 54 characters, this text has " + text.length() + ".");
    }
    if ((text.charAt(0) != 'k' && text.charAt(0) != 'K') || text.charAt(1) != '1') {
      throw new IllegalArgumentException(
          "A public key starts with k1, not with " + printable(text.substring(0, 2)) + ".");
    }
    byte[] key = new byte[SIZE];
    int pending = 0;
    int pendingBits = 0;
    int at = 0;
    for (int i = PREFIX.length(); i < TEXT; i++) {
      int value = value(text.charAt(i));
      if (value < 0) {
        throw new IllegalArgumentException(
            "Character "
                + (i + 1)
                + " of the public key, "
                + printable(text.substring(i, i + 1))
                + ", is not one of a-z and 2-7.");
      }
      pending = (pending << BITS | value) & 0xfff;
      pendingBits += BITS;
      if (pendingBits >= 8) {
        pendingBits -= 8;
        key[at++] = (byte) (pending >> pendingBits);
      }
    }
    if ((pending & ((1 << TRAILING) - 1)) != 0) {
      throw new IllegalArgumentException(
          "The last character of the public key has trailing bits that are not zero.");
    }
    String fault = fault(key);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    return new PublicKey(key);
  }

  /** Only ASCII letters have two cases here; String's own conversion knows further ones. */
  private static int value(char c) {
    return ALPHABET.indexOf(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }

  /** For messages: what is not visible ASCII is written as its code. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c < 0x7f) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return out.append('\'').toString();
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

  /** The text form, 54 characters. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(TEXT).append(PREFIX);
    int pending = 0;
    int pendingBits = 0;
    for (byte b : bytes) {
      pending = (pending << 8 | (b & 0xff)) & 0xfff;
      pendingBits += 8;
      while (pendingBits >= BITS) {
        pendingBits -= BITS;
        text.append(ALPHABET.charAt(pending >> pendingBits & 31));
      }
    }
    return text.append(ALPHABET.charAt(pending << (BITS - pendingBits) & 31)).toString();
  }
}
