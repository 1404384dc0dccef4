// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.InsideServer;

/**
 * The name servers behind peers. While such a peer is up everything is asked there and nowhere
 * else, except what is needed to reach that peer. Any thread.
 */
public final class Inside {
  private final Supplier<Config> config;
  private final Predicate<String> up;

  /**
   * @param config of each moment
   * @param up whether a peer has a session, by its name
   */
  public Inside(Supplier<Config> config, Predicate<String> up) {
    this.config = config;
    this.up = up;
  }

  /** Those of the first of the peers that is up; empty if none is. */
  public List<InetSocketAddress> servers() {
    List<InetSocketAddress> out = new ArrayList<>();
    String first = "";
    for (InsideServer s : config.get().dns().inside()) {
      if (first.isEmpty() ? up.test(s.peer()) : s.peer().equals(first)) {
        first = s.peer();
        out.add(s.server().socketAddress());
      }
    }
    return out;
  }

  /** Those for a host: none for what is needed to reach one of the peers. */
  public List<InetSocketAddress> servers(String host) {
    List<InetSocketAddress> there = servers();
    return there.isEmpty() || leadsTo(host) ? List.of() : there;
  }

  private boolean leadsTo(String host) {
    Config c = config.get();
    return c.peers().stream()
        .filter(p -> p.name().equals(host) || endpoint(p, host))
        .anyMatch(p -> c.dns().inside().stream().anyMatch(s -> s.peer().equals(p.name())));
  }

  private static boolean endpoint(Config.Peer p, String host) {
    return p.endpoint().stream().anyMatch(a -> a.host().equals(host));
  }

  /**
   * Asks there while it can be, else {@code outside}. By TCP: datagrams of look-ups leave from
   * ports that rules keep out of the tunnel.
   */
  public Source or(Source outside) {
    Source inside = Upstream.byTcp(this::servers);
    return (q, told) -> (servers().isEmpty() ? outside : inside).ask(q, told);
  }
}
