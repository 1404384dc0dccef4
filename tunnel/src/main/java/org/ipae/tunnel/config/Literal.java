// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** IP addresses as text; never looks up a name. */
final class Literal {
  private Literal() {}

  /**
   * The address, or null if the text is not one: four decimal parts, or RFC 4291 without a zone.
   */
  static @Nullable InetAddress address(String text) {
    if (!looksLikeOne(text)) {
      return null;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      // Some programs read "010" as ten, others as eight.
      boolean clear = text.contains(":") || address.getHostAddress().equals(text);
      return clear ? address : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Of the right characters; the JDK reads other forms as well. */
  private static boolean looksLikeOne(String text) {
    boolean six = text.indexOf(':') >= 0;
    int dots = 0;
    for (int i = 0; i < text.length(); i++) { // by hand: a start reads ten thousand
      char c = text.charAt(i);
      boolean hex = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':';
      if (!(c >= '0' && c <= '9') && c != '.' && !(six && hex)) {
        return false;
      }
      dots += c == '.' ? 1 : 0;
    }
    return six || dots == 3;
  }

  /** The same; a link-local address of IPv6 names its interface: fe80::1%eth0, RFC 4007. */
  static @Nullable InetAddress endpoint(String text) {
    int percent = text.indexOf('%');
    InetAddress address = address(percent < 0 ? text : text.substring(0, percent));
    if (address == null || (percent >= 0 && !linkLocal(address))) {
      return null;
    }
    return address;
  }

  static boolean linkLocal(InetAddress address) {
    return address instanceof Inet6Address && address.isLinkLocalAddress();
  }

  /** The index of an interface by its name or number, 0 if there is none now. */
  static int zone(String name) {
    if (name.matches("[0-9]{1,9}")) {
      return Integer.parseInt(name);
    }
    try {
      NetworkInterface there = NetworkInterface.getByName(name);
      return there == null ? 0 : there.getIndex();
    } catch (SocketException e) {
      return 0;
    }
  }

  static InetAddress of(byte[] address) {
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** The usual notation, RFC 5952 for IPv6. */
  static String text(InetAddress address) {
    if (address instanceof Inet4Address) {
      return address.getHostAddress();
    }
    byte[] b = address.getAddress();
    String[] groups = new String[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = Integer.toHexString((b[2 * i] & 0xff) << 8 | (b[2 * i + 1] & 0xff));
    }
    int from = 0;
    int longest = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run].equals("0")) {
        run++;
      }
      if (run > longest) {
        from = i;
        longest = run;
      }
    }
    if (longest < 2) {
      return String.join(":", groups);
    }
    return join(groups, 0, from) + "::" + join(groups, from + longest, 8);
  }

  private static String join(String[] groups, int from, int to) {
    return String.join(":", Arrays.asList(groups).subList(from, to));
  }
}
