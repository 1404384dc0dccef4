// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.InetAddress;
import java.util.Arrays;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.toml.BadText;
import org.jspecify.annotations.Nullable;

/**
 * An address with the length of its prefix, host bits included.
 *
 * @param length 0..32 or 0..128
 */
public record Cidr(InetAddress inet, int length) {
  /**
   * Reads {@code 10.255.0.1/24}.
   *
   * @throws BadText if the text is not an address with a length
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = Literal.address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new BadText(
          "\"" + text + "\" is not an address with a prefix length",
          "write it as 10.2.0.0/24 or fd00:2::/64");
    }
    int most = address.getAddress().length * 8;
    if (slash < 0) {
      throw new BadText(
          "\"" + text + "\" has no prefix length", "write " + Literal.text(address) + "/" + most);
    }
    Integer length = decimal(text.substring(slash + 1), most);
    if (length == null) {
      throw new BadText(
          "the prefix length of \"" + text + "\" is not in 0.." + most,
          "write it as " + Literal.text(address) + "/" + most);
    }
    return new Cidr(address, length);
  }

  /**
   * Reads the prefix of a route: no bits beyond its length.
   *
   * @throws BadText as {@link #parse}, and with host bits
   */
  public static Cidr route(String text) {
    Cidr cidr = parse(text);
    byte[] network = cidr.prefix().address();
    if (!Arrays.equals(network, cidr.address())) {
      throw new BadText(
          "\"" + text + "\" has bits set beyond its prefix length",
          "write " + new Cidr(Literal.of(network), cidr.length));
    }
    return cidr;
  }

  private static @Nullable Integer decimal(String text, int most) {
    if (text.isEmpty() || text.length() > 3 || (text.length() > 1 && text.charAt(0) == '0')) {
      return null;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) { // by hand: a start reads ten thousand
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = 10 * value + digit;
    }
    return value <= most ? value : null;
  }

  /** A prefix as it is written. */
  public static Cidr of(Prefix prefix) {
    return new Cidr(Literal.of(prefix.address()), prefix.length());
  }

  /** 4 or 16 bytes in network order. */
  public byte[] address() {
    return inet.getAddress();
  }

  /** The network, host bits cleared. */
  public Prefix prefix() {
    return Prefix.of(address(), length);
  }

  @Override
  public String toString() {
    return Literal.text(inet) + "/" + length;
  }
}
