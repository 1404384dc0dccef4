// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.List;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/** Effects that do nothing: every address is reachable, and its MTU is unknown. */
public class Silence implements Effects {
  @Override
  public void datagram(Path path, byte[] bytes) {}

  @Override
  public void item(SendChannel channel, byte[] item) {}

  @Override
  public void erase(SendLane lane) {}

  @Override
  public void erase(ReceiveLane lane) {}

  @Override
  public void sessionsChanged() {}

  @Override
  public void keyRetired(X25519KeyPair pair) {}

  @Override
  public void cacheChanged() {}

  @Override
  public boolean reachable(Endpoint endpoint) {
    return true;
  }

  @Override
  public Uplink uplink(Endpoint endpoint) {
    return null;
  }

  @Override
  public int linkMtu(Endpoint endpoint) {
    return 0;
  }

  @Override
  public void carried(List<Prefix> prefixes, List<String> peers) {}

  @Override
  public void innerMtu(List<Prefix> routes, int mtu) {}

  @Override
  public void unknownKey(Endpoint source) {}

  @Override
  public void event(Event event) {}
}
