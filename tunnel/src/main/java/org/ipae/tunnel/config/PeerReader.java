// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Nearest;
import org.ipae.tunnel.toml.Place;
import org.ipae.tunnel.toml.Places;
import org.ipae.tunnel.toml.Table;
import org.jspecify.annotations.Nullable;

/** Reads the [[peer]] tables of all files and compares them with each other. */
final class PeerReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "key",
          "endpoint",
          "routes",
          "if_down",
          "priority",
          "keepalive",
          "early_data",
          "require_pq",
          "padding",
          "vhost",
          "path_mtu");

  /** The size of a receive slot: a jumbo frame of 9,000 bytes and its headers. */
  private static final int MOST_PATH_MTU = 9_216;

  private static final int PATH_MTU = 1500;
  private static final int MOST_PRIORITY = 65_535;

  /** The peer that has taken a name, key or prefix, and where. */
  private record Owner(String peer, Field field, boolean shares) {
    Owner(String peer, Field field) {
      this(peer, field, false);
    }

    Place place() {
      return field.place();
    }
  }

  private final @Nullable PublicKey own;
  private final List<ConfigError> errors;
  private final Map<String, Owner> names = new HashMap<>();
  private final Map<PublicKey, Owner> keys = new HashMap<>();
  private final Map<Prefix, Owner> prefixes = new HashMap<>();

  PeerReader(@Nullable PublicKey own, List<ConfigError> errors) {
    this.own = own;
    this.errors = errors;
  }

  /** The valid peers; the mistakes of the others are added to the list. */
  List<Config.Peer> read(List<Field> peers) {
    List<Config.Peer> out = new ArrayList<>();
    for (Field f : peers) {
      Config.Peer peer = peer(f);
      if (peer != null) {
        out.add(peer);
      }
    }
    return out;
  }

  private Config.@Nullable Peer peer(Field f) {
    Table t = new Table(f.source(), f.path(), KEYS, errors);
    t.merge(f.source(), (ObjectNode) f.value());
    String name = name(t);
    List<PeerKey> keys = keys(t, name);
    List<Address> endpoints = new ArrayList<>();
    List<Places.Key> places = new ArrayList<>();
    for (Field written : t.textOrListIfAny("endpoint")) {
      Address a = t.parsed(written, Address::parse);
      if (a != null) {
        endpoints.add(a);
        places.add(written.written());
      }
    }
    Integer priority =
        t.field("priority") == null ? null : (int) t.number("priority", 0, MOST_PRIORITY, 0);
    List<Cidr> routes = routes(t, name, priority != null);
    IfDown ifDown = t.parsed(t.text("if_down"), text -> oneOf("if_down", IfDown.values(), text));
    Duration keepAlive = Duration.ofSeconds(t.number("keepalive", 0, 3600, 0));
    boolean earlyData = t.flag("early_data", true);
    boolean requirePq = t.flag("require_pq", false);
    Padding padding = t.parsed(t.text("padding"), text -> oneOf("padding", Padding.values(), text));
    String vhost = t.parsed(t.text("vhost"), Name::parse);
    int pathMtu =
        t.auto("path_mtu", PATH_MTU)
            ? 0
            : (int) t.number("path_mtu", ConfigReader.LEAST_MTU, MOST_PATH_MTU, PATH_MTU);
    if (name == null) {
      return null;
    }
    PeerConfig settings =
        new PeerConfig(
            name,
            keys,
            routes.stream().map(Cidr::prefix).toList(),
            vhost == null ? "" : vhost,
            keepAlive,
            earlyData,
            requirePq,
            padding == null ? Padding.BLOCK : padding,
            priority,
            pathMtu);
    return new Config.Peer(settings, ifDown, endpoints, places);
  }

  private @Nullable String name(Table t) {
    Field field = t.required("name", "gw-b.example.net");
    String name = t.parsed(field, Name::parse);
    if (name == null || field == null) {
      return null;
    }
    Owner earlier = names.putIfAbsent(name, new Owner(name, field));
    if (earlier != null) {
      t.error(
          "name", "peer " + name + " already exists, in " + earlier.place(), "rename one of them");
    }
    return name;
  }

  /**
   * One key, or a list of them while the peer changes from one to the next; none if they are in
   * DNS.
   */
  private List<PeerKey> keys(Table t, @Nullable String name) {
    List<PeerKey> out = new ArrayList<>();
    if (t.field("key") == null && name != null) {
      inDns(t, name);
      return out;
    }
    for (Field f : t.textOrList("key", "k1...")) {
      PublicKey key = t.parsed(f, PeerReader::publicKey);
      if (key != null) {
        refuseForeign(f, key, name);
        out.add(PeerKey.pinned(key));
      }
    }
    return out;
  }

  private static void inDns(Table t, String name) {
    if (name.indexOf('.') < 0) {
      t.error(
          "key",
          "\"key\" is missing in [[peer]], and \"" + name + "\" is no host name in DNS",
          "add key = \"k1...\", or name the peer as its keys are published, gw-b.example.net");
    } else if (name.length() > Dns.LONGEST_NAME) {
      t.error(
          "name",
          "\""
              + name
              + "\" has more than "
              + Dns.LONGEST_NAME
              + " characters: DNS has no room for keys",
          "add key = \"k1...\", or shorten the name");
    }
  }

  private void refuseForeign(Field field, PublicKey key, @Nullable String name) {
    if (key.equals(own)) {
      errors.add(
          field.error("this is the key of this host itself", "run ipae key show on the peer"));
    }
    Owner earlier = keys.putIfAbsent(key, new Owner(shown(name), field));
    if (earlier != null) {
      errors.add(
          field.error(
              "this is the key of peer " + earlier.peer() + " in " + earlier.place(),
              "each peer has its own keys: run ipae key show on the peer"));
    }
  }

  private static String shown(@Nullable String name) {
    return name == null ? "(without name)" : name;
  }

  /** The key of this text; what is wrong with it is what {@link PublicKey} says. */
  static PublicKey publicKey(String text) {
    try {
      return PublicKey.parse(text);
    } catch (IllegalArgumentException e) {
      String sentence = String.valueOf(e.getMessage());
      throw new BadText(
          sentence.replaceFirst("\\.$", ""), "copy what ipae key show prints on the peer");
    }
  }

  private List<Cidr> routes(Table t, @Nullable String name, boolean shares) {
    List<Cidr> out = new ArrayList<>();
    for (Field f : t.list("routes")) {
      Cidr prefix = t.parsed(f, Cidr::route);
      if (prefix == null) {
        continue;
      }
      Owner owner = new Owner(shown(name), f, shares);
      Owner earlier = prefixes.putIfAbsent(prefix.prefix(), owner);
      if (earlier != null && (!earlier.shares || !shares || earlier.peer.equals(owner.peer))) {
        errors.add(
            f.error(
                f.text() + " is already routed to " + earlier.peer() + ", in " + earlier.place(),
                "remove one of the two, or write a priority at both peers"));
      }
      out.add(prefix);
    }
    return out;
  }

  private static <E extends Enum<E>> E oneOf(String key, E[] all, String text) {
    List<String> names = new ArrayList<>();
    for (E e : all) {
      String name = e.name().toLowerCase(Locale.ROOT);
      if (name.equals(text)) {
        return e;
      }
      names.add(name);
    }
    throw new BadText("unknown " + key + " \"" + text + "\"", Nearest.suggest(text, names));
  }
}
