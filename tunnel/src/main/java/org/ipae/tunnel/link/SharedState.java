// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.util.Arrays;
import java.util.Map;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Quota;
import org.ipae.tunnel.session.SessionTable;
import org.jspecify.annotations.Nullable;

/** Everything the threads of one node share. Control writes, the packet threads read. */
public final class SharedState {
  private final SessionTable sessions = new SessionTable();
  private final Counters counters = new Counters();
  private final Quota held = new Quota();
  private final Quota fragments = new Quota();
  private final Allowance tooBig = new Allowance();
  private final Allowance hints = new Allowance();
  private volatile @Nullable PeerLink[] peers = {};
  private volatile Forwarding forwarding = new Forwarding(new RouteTable<>(Map.of()));

  public SessionTable sessions() {
    return sessions;
  }

  public Counters counters() {
    return counters;
  }

  /** Places for datagrams that wait for their session. */
  public Quota held() {
    return held;
  }

  /** Places for items that wait for their fragments. */
  public Quota fragments() {
    return fragments;
  }

  /** Limits the answers to inner senders whose packets are too big. */
  public Allowance tooBig() {
    return tooBig;
  }

  /** Limits the hints about path MTUs that control is told of. */
  public Allowance hints() {
    return hints;
  }

  public Forwarding forwarding() {
    return forwarding;
  }

  /** The peer with this number, null if it was removed. */
  public @Nullable PeerLink peer(int number) {
    @Nullable PeerLink[] all = peers;
    return number < all.length ? all[number] : null;
  }

  /** Adds, or with null removes, the peer with this number. Control. */
  public void peer(int number, @Nullable PeerLink link) {
    @Nullable PeerLink[] next = Arrays.copyOf(peers, Math.max(peers.length, number + 1));
    next[number] = link;
    peers = next;
  }

  public void publish(Forwarding next) {
    forwarding = next;
  }
}
