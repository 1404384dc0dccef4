// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Table;
import org.jspecify.annotations.Nullable;

/**
 * What this host publishes of itself in DNS, how, and when it changes its key.
 *
 * @param addresses at which it can be reached; none leaves it to those that it listens on or has
 * @param ttl seconds that its records hold
 * @param priority of this host among those of its name, lower first; RFC 2782
 * @param weight share of this host among those of its priority; RFC 2782
 * @param rotate from one change of its key to the next; null leaves it to commands
 * @param grace how much longer than {@code ttl} a key that is replaced remains published
 * @param updateServer the name server that takes updates; null for the one that the zone names
 * @param updateKey the file with the key for updates; null if this host may make none
 */
public record Publishing(
    List<InetAddress> addresses,
    int ttl,
    int priority,
    int weight,
    @Nullable Duration rotate,
    Duration grace,
    @Nullable Address updateServer,
    @Nullable Path updateKey) {
  static final List<String> KEYS =
      List.of(
          "addresses",
          "ttl",
          "priority",
          "weight",
          "rotate",
          "grace",
          "update_server",
          "update_key");

  private static final int HOUR = 3_600;
  private static final int WEEK = 168 * HOUR;
  private static final int YEAR = 365 * 24 * HOUR;
  private static final int MOST = 65_535;

  public Publishing {
    addresses = List.copyOf(addresses);
  }

  static Publishing read(Table t, Path file) {
    Duration ttl = t.duration("ttl", 1, WEEK, Duration.ofSeconds(HOUR));
    Duration grace = t.duration("grace", 0, WEEK, Duration.ofMinutes(10));
    Duration rotate =
        t.field("rotate") == null ? null : t.duration("rotate", 1, YEAR, Duration.ofDays(1));
    Duration least = ttl.multipliedBy(3).plus(grace);
    if (rotate != null && rotate.compareTo(least) < 0) {
      t.error(
          "rotate",
          "\"rotate\" is shorter than one change of keys takes: three times ttl, and grace",
          "choose at least " + least.toSeconds() + " seconds, or a shorter ttl");
    }
    Field key = t.text("update_key");
    return new Publishing(
        t.parsedList("addresses", Publishing::address),
        (int) ttl.toSeconds(),
        (int) t.number("priority", 0, MOST, 10),
        (int) t.number("weight", 0, MOST, 0),
        rotate,
        grace,
        t.parsed(t.text("update_server"), Dns::server),
        key == null ? null : file.toAbsolutePath().resolveSibling(key.text()).normalize());
  }

  private static InetAddress address(String text) {
    InetAddress out = Literal.address(text);
    if (out == null || Literal.linkLocal(out) || out.isAnyLocalAddress()) {
      throw new BadText(
          "\"" + text + "\" is no address at which peers reach this host",
          "write one like 203.0.113.7 or 2001:db8::7");
    }
    return out;
  }
}
