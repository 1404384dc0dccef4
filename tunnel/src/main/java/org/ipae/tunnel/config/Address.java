// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A UDP address, as written.
 *
 * @param host an address without brackets, or a name
 * @param port 1..65535
 */
public record Address(String host, int port) {
  /** The UDP port that is used where none is written. */
  public static final int DEFAULT_PORT = 1138;

  private static final String EXAMPLES =
      "write 203.0.113.7:1138, [2001:db8::7]:1138 or a host name";

  /**
   * Reads {@code host}, {@code host:port}, {@code address} or {@code [address]:port}.
   *
   * @throws BadText with what is wrong and what to do
   */
  public static Address parse(String text) {
    if (Literal.endpoint(text) != null) {
      return new Address(zoned(text), DEFAULT_PORT);
    }
    boolean bracketed = text.startsWith("[");
    int end = bracketed ? text.indexOf(']') : text.indexOf(':');
    String host = end < 0 ? text : text.substring(bracketed ? 1 : 0, end);
    String rest = end < 0 ? "" : text.substring(bracketed ? end + 1 : end);
    boolean sound =
        bracketed
            ? host.indexOf(':') >= 0 && Literal.endpoint(host) != null
            : Name.valid(host) && !mistakenAddress(host);
    if (!sound || rest.lastIndexOf(':') > 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
      throw new BadText("\"" + text + "\" is not an endpoint", EXAMPLES);
    }
    return new Address(zoned(host), rest.isEmpty() ? DEFAULT_PORT : port(text, rest.substring(1)));
  }

  /** A link-local address is on each link another host's. */
  private static String zoned(String host) {
    InetAddress literal = Literal.endpoint(host);
    if (literal != null && Literal.linkLocal(literal) && !host.matches(".*%[A-Za-z0-9_.-]{1,15}")) {
      String bare = host.replaceFirst("%.*", "");
      throw new BadText(
          "\"" + host + "\" is a link-local address without its interface",
          "write it with the interface that leads there, like " + bare + "%eth0");
    }
    return host;
  }

  /** Looks like an IPv4 address but is not one: must not be looked up as a name. */
  private static boolean mistakenAddress(String host) {
    return host.matches("[0-9.]+") && Literal.address(host) == null;
  }

  private static int port(String text, String port) {
    if (!port.matches("[0-9]{1,9}")) {
      throw new BadText("\"" + text + "\" has no valid port after its last colon", EXAMPLES);
    }
    int value = Integer.parseInt(port);
    if (value < 1 || value > 65535) {
      throw new BadText("port " + value + " is out of range", "choose a number in 1..65535");
    }
    return value;
  }

  /**
   * Reads an address to listen on, with its port.
   *
   * @throws BadText with what is wrong and what to do
   */
  public static Address listen(String text) {
    Address out = parse(text);
    if (Literal.endpoint(out.host) == null) {
      throw new BadText(
          "\"" + text + "\" is not an address to listen on", "write 0.0.0.0:1138 or [::]:1138");
    }
    return out;
  }

  /** The endpoint that is written, null if the host is a name or its interface does not exist. */
  public @Nullable Endpoint written() {
    InetAddress literal = Literal.endpoint(host);
    if (literal == null) {
      return null;
    }
    Endpoint e = Endpoint.of(literal.getAddress(), port);
    int percent = host.indexOf('%');
    if (percent < 0) {
      return e;
    }
    int zone = Literal.zone(host.substring(percent + 1));
    return zone == 0 ? null : e.in(zone);
  }

  /**
   * The places where the host may be, the best first. A name is looked up as {@code dns} does.
   *
   * @throws UnknownHostException if there is none
   */
  public List<Endpoint> resolve(Addresses dns) throws UnknownHostException {
    Endpoint written = written();
    return written != null ? List.of(written) : at(lookUp(host, dns));
  }

  /** Why there is no address, behind the words "endpoint of peer". */
  String lack() {
    return host.indexOf('%') < 0
        ? "has no address in DNS"
        : "is on an interface that this host does not have";
  }

  /** What to do then. */
  public String remedy() {
    return host.indexOf('%') < 0
        ? "correct the name, write an address instead, or fix DNS"
        : "correct the name behind the %; \"ip link\" shows them";
  }

  /** These addresses of the host, with the port. */
  public List<Endpoint> at(List<InetAddress> addresses) {
    return addresses.stream()
        .map(a -> {
          Endpoint e = Endpoint.of(a.getAddress(), port);
          return a instanceof Inet6Address six ? e.in(six.getScopeId()) : e;
        })
        .toList();
  }

  /**
   * Looks a host up that was not {@link #written}: a name, or an address on an interface that did
   * not exist yet.
   *
   * @throws UnknownHostException if there is no address
   */
  public static List<InetAddress> lookUp(String host, Addresses dns) throws UnknownHostException {
    if (host.indexOf('%') < 0) {
      return dns.of(host);
    }
    Endpoint there = new Address(host, DEFAULT_PORT).written();
    if (there == null) {
      throw new UnknownHostException(host);
    }
    return List.of(inet(there));
  }

  private static InetAddress inet(Endpoint e) throws UnknownHostException {
    byte[] bytes = e.withoutZone().address();
    return e.zone() == 0
        ? InetAddress.getByAddress(bytes)
        : Inet6Address.getByAddress(null, bytes, e.zone());
  }

  /** The address for a socket; a name stays unresolved. */
  public InetSocketAddress socketAddress() {
    Endpoint there = written();
    if (there == null) {
      return InetSocketAddress.createUnresolved(host, port);
    }
    try {
      return new InetSocketAddress(inet(there), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
