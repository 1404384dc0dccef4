// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Addresses;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Looks the host names of endpoints up, so that nothing else waits for DNS. The last good answer
 * serves while there is no better one. Any thread.
 */
public final class Resolver {
  /** Names asked at one time, if there are ports for them: two each, and as many again. */
  private static final int PARALLEL = 256;

  private static final int PORTS_EACH = 4;

  private final Addresses dns;
  private final Lookups<List<InetAddress>> names;

  /** For messages: a peer that has the name. */
  private final Map<String, String> peers = new ConcurrentHashMap<>();

  /** Names of which it was told that they do not resolve. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /**
   * Looks up by {@code dns}.
   *
   * @param ports that its questions leave from
   */
  public Resolver(Addresses dns, PortRange ports) {
    this.dns = dns;
    names =
        new Lookups<>(
            "ipae-resolver",
            _ -> new Lookups.First<>(List.of(), 0),
            parallel(ports, PORTS_EACH),
            Lookups.FIRST_WAIT,
            this::lookUp);
  }

  static int parallel(PortRange ports, int each) {
    return Math.clamp(ports.size() / each, 1, PARALLEL);
  }

  /** Where the peers may be, by name, as far as it is known. Names that are new are looked up. */
  public Map<String, List<Endpoint>> endpoints(Config config) {
    Map<String, List<Endpoint>> out = new HashMap<>();
    Map<String, String> used = new HashMap<>();
    for (Config.Peer p : config.peers()) {
      for (Address a : p.endpoint()) {
        if (a.written() == null) {
          used.putIfAbsent(a.host(), p.name());
        }
      }
      List<Endpoint> places = places(p);
      if (!places.isEmpty()) {
        out.put(p.name(), places);
      }
    }
    peers.putAll(used);
    peers.keySet().retainAll(used.keySet());
    told.retainAll(used.keySet());
    names.keep(used.keySet());
    return out;
  }

  /** Where the configuration says that a peer may be, as far as its names are known. */
  public List<Endpoint> places(Config.Peer p) {
    List<Endpoint> places = new ArrayList<>();
    for (Address a : p.endpoint()) {
      Endpoint written = a.written();
      places.addAll(written != null ? List.of(written) : a.at(names.of(a.host())));
    }
    return places.stream().distinct().toList();
  }

  /** Something does not answer: names are looked up again soon. */
  public void wanted() {
    names.wanted();
  }

  /**
   * Starts looking up.
   *
   * @param tell called when names have new addresses
   */
  public void start(Runnable tell) {
    names.start(_ -> tell.run());
  }

  private Lookups.Outcome<List<InetAddress>> lookUp(String host, List<InetAddress> before) {
    List<InetAddress> found;
    try {
      found = List.copyOf(Address.lookUp(host, dns));
    } catch (UnknownHostException e) {
      Log.debug("endpoint " + host + ": " + e.getCause());
      String peer = peers.get(host);
      if (peer != null && told.add(host)) {
        Log.warn(
            "peer "
                + peer
                + ": endpoint "
                + host
                + " does not resolve; it is looked up again, after "
                + Lookups.FIRST_WAIT / 1_000
                + " s at first and every "
                + Lookups.LONGEST_WAIT / 1_000
                + " s in the end");
      }
      return new Lookups.Outcome<>(before, false, true, 0);
    }
    told.remove(host);
    return new Lookups.Outcome<>(found, !found.equals(before), false, Lookups.LASTS);
  }

  public void stop() {
    names.stop();
  }
}
