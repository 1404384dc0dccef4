// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.link.Counters;
import org.ipae.tunnel.link.Forwarding;
import org.ipae.tunnel.link.Hop;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/** A gateway that seals and one that opens, with a session and nothing between but an array. */
public final class Ends {
  private static final int PATH_MTU = 1_500;
  private static final Endpoint A = Lab.endpoint(1, false);
  private static final Endpoint B = Lab.endpoint(2, false);

  private final SharedState near;
  private final SharedState far;
  private final Outbound outbound;

  /**
   * Both ends.
   *
   * @param seed of their keys
   * @param behindA whose packets the far end accepts
   * @param behindB where to the near end sends
   * @param sink what the far end delivers
   */
  public Ends(long seed, Suite suite, List<Prefix> behindA, List<Prefix> behindB, PacketSink sink) {
    SessionPair pair = SessionPair.make(seed, suite);
    near = state(pair.initiator(), behindB);
    far = state(pair.responder(), behindA);
    pair.responder().path(new Path(A, B.hi(), B.lo()));
    outbound = new Outbound(near, n -> true, new Wire(A, B, new Inbound(far, n -> true, sink)));
  }

  private static SharedState state(Session s, List<Prefix> behindThePeer) {
    SharedState shared = new SharedState();
    PeerLink link = new PeerLink(0, "peer");
    shared.peer(0, link);
    Map<Prefix, Hop> routes = new HashMap<>();
    behindThePeer.forEach(p -> routes.put(p, link));
    shared.publish(new Forwarding(new RouteTable<>(routes)));
    s.confirm();
    link.publish(new SendChannel(s, s.path(), 0, PATH_MTU - Sizes.IPV4_UDP, Padding.BLOCK));
    shared.sessions().register(s.receive(0), 0, 2);
    return shared;
  }

  /** What goes in here arrives at {@link Outbound#finish} at the latest. */
  public Outbound outbound() {
    return outbound;
  }

  public Counters near() {
    return near.counters();
  }

  public Counters far() {
    return far.counters();
  }
}
