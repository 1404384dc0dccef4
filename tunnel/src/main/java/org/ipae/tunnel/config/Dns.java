// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Table;
import org.jspecify.annotations.Nullable;

/**
 * The table [dns]: who is asked for names, what is believed, and what this host publishes.
 *
 * @param resolvers name servers, the preferred one first; none leaves it to resolv.conf
 * @param inside those that are asked through the tunnel, the preferred one first
 * @param prefer whether keys of a zone that is provably unsigned are used too, pinned on first use
 * @param trustAnchors a file with DS or DNSKEY records of the root; null for those that are shipped
 */
public record Dns(
    List<Address> resolvers,
    List<InsideServer> inside,
    @Nullable Path trustAnchors,
    boolean prefer,
    Publishing publishing) {
  /** Characters of a name that can be published: the key goes before it. PROTOCOL.md [DN-1]. */
  public static final int LONGEST_NAME = 190;

  static final String TABLE = "dns";
  static final List<String> KEYS =
      Stream.concat(Stream.of("resolvers", "trust_anchors", "dnssec"), Publishing.KEYS.stream())
          .toList();
  static final int PORT = 53;

  public Dns {
    resolvers = List.copyOf(resolvers);
    inside = List.copyOf(inside);
  }

  /**
   * Reads it.
   *
   * @param peers that may lead to name servers
   */
  static Dns read(Table t, Path file, List<Config.Peer> peers) {
    List<Address> resolvers = new ArrayList<>();
    List<InsideServer> inside = new ArrayList<>();
    for (Field f : t.list("resolvers")) {
      if (InsideServer.is(f.text())) {
        InsideServer s = t.parsed(f, text -> InsideServer.parse(text, peers));
        if (s != null) {
          inside.add(s);
        }
      } else {
        Address a = t.parsed(f, Dns::server);
        if (a != null) {
          resolvers.add(a);
        }
      }
    }
    Field anchors = t.text("trust_anchors");
    return new Dns(
        resolvers,
        inside,
        anchors == null ? null : file.toAbsolutePath().resolveSibling(anchors.text()).normalize(),
        prefer(t),
        Publishing.read(t, file));
  }

  private static boolean prefer(Table t) {
    Field f = t.text("dnssec");
    if (f != null && !f.text().equals("require") && !f.text().equals("prefer")) {
      t.error(
          "dnssec",
          "\"dnssec\" is \"" + f.text() + "\"",
          "write \"require\", the default, or \"prefer\"");
    }
    return f != null && f.text().equals("prefer");
  }

  static Address server(String text) {
    Address out = Address.parse(text);
    if (Literal.endpoint(out.host()) == null) {
      throw new BadText(
          "\"" + text + "\" is not the address of a name server",
          "write 192.0.2.53 or [2001:db8::53]:53");
    }
    boolean written = text.startsWith("[") ? text.contains("]:") : text.matches("[^:]*:[0-9]+");
    return written ? out : new Address(out.host(), PORT);
  }
}
