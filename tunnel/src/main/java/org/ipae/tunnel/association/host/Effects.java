// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.List;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** What control causes. Calls return at once; order is kept. */
public interface Effects {

  /** Sends a datagram as it is: one of a handshake, or early data that control has sealed. */
  void datagram(Path path, byte[] bytes);

  /** Has the sending thread seal and send one item, or one inner packet. */
  void item(SendChannel channel, byte[] item);

  /** Has the sending thread erase the keys of a lane. */
  void erase(SendLane lane);

  /** Has the receiving thread erase the keys of a lane. */
  void erase(ReceiveLane lane);

  /** Sessions were registered: the receiving thread may open what it holds. */
  void sessionsChanged();

  /** A key pair of this host is answered no longer: it may be erased. */
  void keyRetired(X25519KeyPair pair);

  /** What is worth keeping across a restart has changed. */
  void cacheChanged();

  /** Whether the host has a way to this address. */
  boolean reachable(Endpoint endpoint);

  /** How the host would send to this address now; null if it does not tell, or has no way. */
  @Nullable Uplink uplink(Endpoint endpoint);

  /** Largest IP packet that the own interface and route towards this address take, 0 if unknown. */
  int linkMtu(Endpoint endpoint);

  /** What inner packets to these prefixes should not be larger than. */
  void innerMtu(List<Prefix> routes, int mtu);

  /** Of gateways that share these prefixes, these carry them from now on. */
  void carried(List<Prefix> prefixes, List<String> peers);

  /** Somebody has proven to have a key that no peer has, from there. */
  void unknownKey(Endpoint source);

  /** Something an operator wants to know. */
  void event(Event event);
}
