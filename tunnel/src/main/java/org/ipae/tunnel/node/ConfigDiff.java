// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Dns;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.config.Publishing;
import org.ipae.tunnel.routing.Prefix;
import org.jspecify.annotations.Nullable;

/**
 * What a reload changes, a line each; and what it cannot change, which says so. Walks the
 * components of the configuration's records, so that no setting is forgotten.
 */
final class ConfigDiff {
  /** What is compared otherwise, or follows from the rest. */
  private static final Set<String> APART = Set.of("file", "key", "peers", "name", "auto");

  /** Settings whose name is not that of the component in lower case with underscores. */
  private static final Map<String, String> NAMES =
      Map.of(
          "keepAlive",
          "keepalive",
          "keys",
          "key",
          "library",
          "offload.crypto",
          "prefer",
          "dnssec",
          "inside",
          "resolvers");

  /** Lists that are written as their only element. */
  private static final Set<String> SINGLE = Set.of("key", "endpoint");

  private ConfigDiff() {}

  /**
   * What becomes different.
   *
   * @param key of this host, which may have changed since {@code before} was read
   */
  static List<String> of(Config before, PublicKey key, Config after) {
    List<String> out = new ArrayList<>();
    peers(before, after, out);
    if (!key.equals(after.key())) {
      out.add(
          "~ key of this host "
              + key
              + " -> "
              + after.key()
              + " (the one before is answered for 10 minutes more)");
    }
    host("", before, after.asRunning(before), after, out);
    return out;
  }

  private static void peers(Config before, Config after, List<String> out) {
    Map<String, Config.Peer> old = new LinkedHashMap<>();
    before.peers().forEach(p -> old.put(p.name(), p));
    List<Config.Peer> added = new ArrayList<>();
    for (Config.Peer p : after.peers()) {
      Config.Peer was = old.remove(p.name());
      if (was == null) {
        added.add(p);
      } else {
        peer(was, p, out);
      }
    }
    for (Config.Peer p : added) {
      Config.Peer renamed = sharingKey(old, p);
      if (renamed != null) {
        old.remove(renamed.name());
        peer(renamed, p, out);
      } else {
        out.add("+ peer " + p.name() + " " + p.routes());
      }
    }
    old.values().forEach(p -> out.add("- peer " + p.name() + " " + p.routes()));
  }

  private static Config.@Nullable Peer sharingKey(Map<String, Config.Peer> old, Config.Peer p) {
    return old.values().stream()
        .filter(o -> p.settings().keys().stream().anyMatch(k -> o.settings().has(k.key())))
        .findFirst()
        .orElse(null);
  }

  private static void peer(Config.Peer was, Config.Peer p, List<String> out) {
    List<String> what = new ArrayList<>();
    note(what, "endpoint", was.endpoint(), p.endpoint());
    note(what, "if_down", was.ifDown(), p.ifDown());
    for (RecordComponent c : p.settings().getClass().getRecordComponents()) {
      note(what, setting(c), value(c, was.settings()), value(c, p.settings()));
    }
    if (!what.isEmpty()) {
      out.add("~ peer " + p.name() + " " + String.join(", ", what));
    }
  }

  private static void note(
      List<String> what, String setting, @Nullable Object before, @Nullable Object after) {
    if (!Objects.equals(before, after)) {
      what.add(setting + " " + text(setting, before) + " -> " + text(setting, after));
    }
  }

  /**
   * Settings of the host itself.
   *
   * @param running what a daemon has after a reload: the rest waits for a restart
   */
  private static void host(
      String table, Record before, Record running, Record after, List<String> out) {
    for (RecordComponent c : after.getClass().getRecordComponents()) {
      Object was = value(c, before);
      Object is = value(c, after);
      if (is instanceof Dns) {
        dns((Record) Objects.requireNonNull(was), (Record) is, out);
      } else if (is instanceof Config.Tun || is instanceof Offload) {
        host(
            setting(c) + ".",
            (Record) Objects.requireNonNull(was),
            (Record) Objects.requireNonNull(value(c, running)),
            (Record) is,
            out);
      } else if (!(table.isEmpty() && APART.contains(c.getName()))
          && !c.getName().equals("auto")
          && !Objects.equals(was, is)) {
        boolean waits = Objects.equals(was, value(c, running));
        out.add(
            (waits ? "! " : "~ ")
                + table
                + setting(c)
                + " "
                + text(setting(c), was)
                + " -> "
                + text(setting(c), is)
                + (waits ? " (takes effect after a restart)" : ""));
      }
    }
  }

  /** Who is asked and what is published takes effect at once. */
  private static void dns(Record before, Record after, List<String> out) {
    for (RecordComponent c : after.getClass().getRecordComponents()) {
      if (value(c, after) instanceof Publishing next) {
        dns((Record) Objects.requireNonNull(value(c, before)), next, out);
      } else {
        List<String> what = new ArrayList<>();
        note(what, setting(c), value(c, before), value(c, after));
        what.forEach(w -> out.add("~ dns." + w));
      }
    }
  }

  private static String setting(RecordComponent c) {
    String other = NAMES.get(c.getName());
    return other != null
        ? other
        : c.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static @Nullable Object value(RecordComponent c, Record r) {
    try {
      return c.getAccessor().invoke(r);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A value as the configuration would say it. */
  private static String text(String setting, @Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Duration d -> Long.toString(d.toSeconds());
      case Prefix p -> Cidr.of(p).toString();
      case PeerKey k -> k.key().toString();
      case Enum<?> e -> e.name().toLowerCase(Locale.ROOT);
      case Boolean b when setting.equals("dnssec") -> b ? "prefer" : "require";
      case Integer n when n == 0 && setting.equals("path_mtu") -> "auto";
      case List<?> l when setting.equals("endpoint") && l.isEmpty() -> "none";
      case List<?> l when SINGLE.contains(setting) && l.size() == 1 -> text(setting, l.getFirst());
      case List<?> l -> l.stream().map(e -> text(setting, e)).toList().toString();
      default -> value.toString();
    };
  }
}
