// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.SessionSet;
import org.ipae.tunnel.association.live.Speaker;
import org.ipae.tunnel.association.size.SizeProber;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * How to send to one peer: tells the packet threads the channels of the current session, and the
 * routes of the peer how large inner packets should be.
 */
final class Outlet implements Speaker {
  private final Environment env;
  private final PeerLink link;
  private final SessionSet sessions;
  private final SizeProber sizes;

  /** A list of its own only when needed: most peers are quiet most of the time. */
  private List<Long> sendIds = Collections.emptyList();

  private PeerConfig config;
  private int innerMtuTold = Sizes.MAX_INNER;

  Outlet(Environment env, PeerLink link, SessionSet sessions, PeerConfig config) {
    this.env = env;
    this.link = link;
    this.sessions = sessions;
    this.config = config;
    sizes = new SizeProber(env, this, config);
  }

  SizeProber sizes() {
    return sizes;
  }

  void configure(Moment now, PeerConfig next) {
    config = next;
    sizes.configure(now, next);
    innerMtuTold = -1; // its routes may be others
  }

  @Override
  public SendChannel channel(LiveSession live) {
    Path path = live.session().path();
    return new SendChannel(
        live.session(),
        0,
        path,
        live.ways().idIndex(),
        path.remote().payload(sizes.size(path)),
        config.padding(),
        sizes.innerMtu());
  }

  @Override
  public void say(LiveSession live, Item item) {
    env.effects().item(channel(live), item.encode());
  }

  /** Says something over another path than the usual one, without padding. */
  void say(LiveSession live, Path path, Item item) {
    SendChannel usual = channel(live);
    int largest = Math.min(usual.maxDatagram(), path.remote().payload(Sizes.MIN_PATH_MTU));
    env.effects()
        .item(
            new SendChannel(
                live.session(), 0, path, live.ways().idFor(path), largest, Padding.NONE),
            item.encode());
  }

  /** Whether the packet threads send on a session that has ended, or that the peer has left. */
  boolean stale(Moment now) {
    SendChannel c = link.channel();
    if (c == null) {
      return false;
    }
    LiveSession live = sessions.sending(now);
    return live == null || !live.session().equals(c.session());
  }

  /** Publishes how to send now. */
  void publish(Moment now) {
    LiveSession current = sessions.current();
    sizes.follow(now, current);
    LiveSession live = sessions.sending(now);
    SendChannel[] channels =
        live == null ? new SendChannel[0] : live.ways().channels(channel(live));
    link.publish(channels);
    forgetIds();
    for (SendChannel c : channels) {
      long id = c.sender().connectionId(c.idIndex());
      if (sendIds.isEmpty()) {
        sendIds = new ArrayList<>(1);
      }
      sendIds.add(id);
      env.awaited().sends(id, link.number());
    }
    tellInnerMtu();
  }

  /** Publishes that nothing can be sent. */
  void close() {
    link.publish();
    forgetIds();
  }

  private void forgetIds() {
    sendIds.forEach(env.awaited()::forgetSends);
    sendIds.clear();
  }

  private void tellInnerMtu() {
    int mtu = sizes.innerMtu();
    if (mtu != innerMtuTold) {
      innerMtuTold = mtu;
      env.effects().innerMtu(config.routes(), mtu);
    }
  }

  /** Does something that may change the size in use, and publishes it if it has. */
  void sizing(Moment now, Runnable step) {
    int before = sizes.shown();
    step.run();
    if (sizes.shown() != before || sizes.innerMtu() != innerMtuTold) {
      publish(now);
      env.effects().cacheChanged();
    }
  }
}
