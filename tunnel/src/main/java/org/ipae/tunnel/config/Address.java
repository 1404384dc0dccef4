// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

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
    if (Literal.address(text) != null) {
      return new Address(text, DEFAULT_PORT);
    }
    boolean bracketed = text.startsWith("[");
    int end = bracketed ? text.indexOf(']') : text.indexOf(':');
    String host = end < 0 ? text : text.substring(bracketed ? 1 : 0, end);
    String rest = end < 0 ? "" : text.substring(bracketed ? end + 1 : end);
    boolean sound =
        bracketed
            ? host.indexOf(':') >= 0 && Literal.address(host) != null
            : Name.valid(host) && !mistakenAddress(host);
    if (!sound || rest.lastIndexOf(':') > 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
      throw new BadText("\"" + text + "\" is not an endpoint", EXAMPLES);
    }
    return new Address(host, rest.isEmpty() ? DEFAULT_PORT : port(text, rest.substring(1)));
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
    if (Literal.address(out.host) == null) {
      throw new BadText(
          "\"" + text + "\" is not an address to listen on", "write 0.0.0.0:1138 or [::]:1138");
    }
    return out;
  }

  /** The endpoint that is written, null if the host is a name. */
  public @Nullable Endpoint written() {
    InetAddress literal = Literal.address(host);
    return literal == null ? null : Endpoint.of(literal.getAddress(), port);
  }

  /**
   * The places where the host may be, the best first. A name is looked up as {@code dns} does.
   *
   * @throws UnknownHostException if there is none
   */
  public List<Endpoint> resolve(Addresses dns) throws UnknownHostException {
    Endpoint written = written();
    return written != null ? List.of(written) : at(dns.of(host));
  }

  /** These addresses of the host, with the port. */
  public List<Endpoint> at(List<InetAddress> addresses) {
    return addresses.stream().map(a -> Endpoint.of(a.getAddress(), port)).toList();
  }

  /** The address for a socket; a name stays unresolved. */
  public InetSocketAddress socketAddress() {
    InetAddress address = Literal.address(host);
    return address == null
        ? InetSocketAddress.createUnresolved(host, port)
        : new InetSocketAddress(address, port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
