// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.link.Forwarding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.wire.CloseReason;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/** The associations of this host: by name, by each of their keys, and by number. */
final class PeerBook {
  private final Environment env;
  private final Map<String, Association> byName = new LinkedHashMap<>();
  private final Map<PublicKey, Association> byKey = new HashMap<>();
  private final Map<Integer, Association> byNumber = new HashMap<>();

  private int nextNumber;

  private final Sharing sharing;

  PeerBook(Environment env) {
    this.env = env;
    sharing = new Sharing(env);
  }

  Sharing sharing() {
    return sharing;
  }

  Collection<Association> all() {
    return byName.values();
  }

  @Nullable Association named(String name) {
    return byName.get(name);
  }

  @Nullable Association numbered(int number) {
    return byNumber.get(number);
  }

  /** The peer that has this key now, null if none does. */
  @Nullable Association holding(PublicKey key) {
    Association a = byKey.get(key);
    return a != null && a.accepts(key) ? a : null;
  }

  /** The peers that are reached at an address, whatever the port. */
  List<Association> at(Endpoint address) {
    List<Association> out = new ArrayList<>();
    for (int number : env.addresses().at(address)) {
      Association a = byNumber.get(number);
      if (a != null) {
        out.add(a);
      }
    }
    return out;
  }

  /**
   * Makes the peers those of {@code configs}. One that has another name but a key of before is the
   * same peer. Sessions of those that stay live on.
   *
   * @param endpoints where the configuration says that they may be, by name
   * @param cached what is known of a key from before
   */
  void configure(
      Moment now,
      List<PeerConfig> configs,
      Map<String, List<Endpoint>> endpoints,
      Map<PublicKey, CachedPeer> cached) {
    Map<String, Association> before = new LinkedHashMap<>(byName);
    Map<String, Association> after = new LinkedHashMap<>();
    configs.forEach(c -> after.put(c.name(), before.remove(c.name())));
    for (PeerConfig c : configs) {
      if (after.get(c.name()) == null) {
        Association renamed = before.isEmpty() ? null : sharingKey(before.values(), c);
        if (renamed != null) {
          before.remove(renamed.config().name());
          after.put(c.name(), renamed);
        }
      }
    }
    before.values().forEach(a -> remove(now, a));
    byName.clear();
    byKey.clear();
    for (PeerConfig c : configs) {
      Association a = after.get(c.name());
      List<Endpoint> places = endpoints.getOrDefault(c.name(), List.of());
      if (a == null) {
        a = add(now, c, places, cached);
      } else {
        a.reconfigure(now, c, places);
      }
      byName.put(c.name(), a);
      for (PeerKey k : c.keys()) {
        byKey.put(k.key(), a);
      }
    }
    env.shared().publish(new Forwarding(new RouteTable<>(sharing.configure(all()))));
    sharing.look(now);
  }

  /**
   * One peer has other keys, or is elsewhere; nothing else of it has changed. Null = no such peer.
   */
  @Nullable Association renew(Moment now, PeerConfig c, List<Endpoint> places) {
    Association a = byName.get(c.name());
    if (a != null) {
      a.config().keys().forEach(k -> byKey.remove(k.key(), a));
      c.keys().forEach(k -> byKey.put(k.key(), a));
      a.reconfigure(now, c, places);
    }
    return a;
  }

  private static @Nullable Association sharingKey(Collection<Association> all, PeerConfig c) {
    return all.stream()
        .filter(a -> c.keys().stream().anyMatch(k -> a.config().has(k.key())))
        .findFirst()
        .orElse(null);
  }

  private Association add(
      Moment now, PeerConfig c, List<Endpoint> places, Map<PublicKey, CachedPeer> cached) {
    PeerLink link = new PeerLink(nextNumber++, c.name());
    Association fresh = new Association(env, c, link, now);
    fresh.configured(places);
    CachedPeer.restore(now, fresh, cached);
    byNumber.put(link.number(), fresh);
    env.shared().peer(link.number(), link);
    return fresh;
  }

  private void remove(Moment now, Association a) {
    a.close(now, CloseReason.REMOVED);
    byNumber.remove(a.link().number());
    env.shared().peer(a.link().number(), null);
  }
}
