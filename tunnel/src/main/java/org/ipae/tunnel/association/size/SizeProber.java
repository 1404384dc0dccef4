// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Speaker;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Sends the probes that {@link PathMtu} wants on the current session, answers the peer's, and tells
 * what datagrams and inner packets may be as large as. PROTOCOL.md section 11.
 */
public final class SizeProber {
  private final Environment env;
  private final Speaker speaker;

  /** Null until there is a path: most peers of a large host have none. */
  private @Nullable PathMtu search;

  private int fixed;
  private int remembered;

  // What is probed: a path, by the session that sends on it now.
  private @Nullable Path path;
  private @Nullable LiveSession live;

  // Datagrams above the base: of the sessions before, and probes among those of this one.
  private long largeBefore;
  private long largeProbes;

  // Of this session: the peer reports those that did not arrive as lost.
  private long unanswered;

  public SizeProber(Environment env, Speaker speaker, PeerConfig config) {
    this.env = env;
    this.speaker = speaker;
    fixed = config.pathMtu();
  }

  /** The settings of the peer may be others now. */
  public void configure(Moment now, PeerConfig config) {
    boolean again = fixed != config.pathMtu();
    fixed = config.pathMtu();
    if (again && fixed == 0 && path != null) {
      begun().start(now.millis(), mostOf(path), remembered);
    }
  }

  /** What was known before a restart, 0 if nothing. */
  public void restore(int size) {
    remembered = size;
  }

  /** What is worth remembering: 0 if nothing has been found. */
  public int found() {
    return fixed == 0 && settled() > 0 ? size() : remembered;
  }

  /** The session that sends now, null if none does; its path may be another than before. */
  public void follow(Moment now, @Nullable LiveSession current) {
    if (current != live) {
      if (live != null) {
        largeBefore += live.session().largeSent() - largeProbes;
      }
      largeProbes = 0;
      unanswered = 0;
      live = current;
    }
    if (current == null) {
      return;
    }
    Path next = current.session().path();
    Path before = path;
    path = next;
    if (before == null || !samePath(before, next)) {
      if (before != null) {
        remembered = 0;
      }
      if (fixed == 0) {
        begun().start(now.millis(), mostOf(next), remembered);
      }
    }
  }

  /** Another port is the same path, and so is a local address that has become known. */
  private static boolean samePath(Path a, Path b) {
    return a.remote().sameAddress(b.remote()) && (a.sameLocal(b) || !a.knowsLocal());
  }

  private PathMtu begun() {
    PathMtu s = search;
    if (s == null) {
      s = new PathMtu(this::probe);
      search = s;
    }
    return s;
  }

  private int size() {
    return search == null ? PathMtu.BASE : search.size();
  }

  private int settled() {
    return search == null ? 0 : search.settled();
  }

  private int mostOf(Path p) {
    return env.effects().linkMtu(p.remote());
  }

  /** An own address, route or interface has changed. */
  public void ownPathChanged(Moment now) {
    Path p = path;
    if (p != null && fixed == 0) {
      begun().bound(now.millis(), mostOf(p));
    }
  }

  /**
   * A datagram to the peer was too big for the own kernel ({@code local}), or for a router that may
   * be forged.
   */
  public void tooBig(Moment now, int size, boolean local) {
    if (fixed != 0 || path == null) {
      return;
    }
    if (local) {
      int most = mostOf(path);
      begun().bound(now.millis(), most == 0 ? size : Math.min(most, size));
    } else {
      begun().hint(now.millis(), size);
    }
  }

  /**
   * Lets time pass.
   *
   * @param rttMicros round trip time, 0 if unknown
   */
  public void tick(Moment now, long rttMicros) {
    LiveSession s = live;
    if (s != null && fixed == 0) {
      long large = largeBefore + s.session().largeSent() - largeProbes;
      begun().tick(now.millis(), rttMicros, large, s.lastReceived());
    }
  }

  /** When {@link #tick} is due at the latest, milliseconds. */
  public long deadline() {
    return live == null || fixed != 0 ? Long.MAX_VALUE : begun().deadline();
  }

  /** A probe goes alone: its channel is no other's, and its path object starts a run of its own. */
  private void probe(int id, int size) {
    LiveSession s = live;
    if (s == null) {
      return;
    }
    Path usual = s.session().path();
    Path alone = new Path(usual.remote(), usual.localHi(), usual.localLo());
    int payload = usual.remote().payload(size);
    unanswered++;
    if (payload > Sizes.LEAST_MAX_DATAGRAM) {
      largeProbes++;
    }
    env.effects()
        .item(
            new SendChannel(s.session(), alone, s.idIndex(), payload, Padding.FULL),
            new Item.PathMtu(false, id, payload).encode());
  }

  /** A PATH_MTU item came on a session. */
  public void came(Moment now, LiveSession from, Item.PathMtu item) {
    if (!item.answer()) {
      speaker.say(from, new Item.PathMtu(true, item.id(), item.size()));
      return;
    }
    Path p = path;
    if (p != null
        && begun().answered(now.millis(), item.id(), item.size() - p.remote().payload(0))) {
      unanswered--;
    }
  }

  /** Outer bytes of the largest datagram for a path. */
  public int size(Path to) {
    if (fixed != 0) {
      return fixed;
    }
    Path p = path;
    return p != null && p.remote().sameAddress(to.remote()) ? size() : PathMtu.BASE;
  }

  /** The same for an INIT, when there may be no session yet. */
  public int sizeOfInit() {
    return fixed != 0 ? fixed : found() != 0 ? found() : PathMtu.ETHERNET;
  }

  /** The same for the data behind it, which is not sent again if it is too big. */
  public int sizeOfEarly() {
    return fixed != 0 ? fixed : Math.max(PathMtu.BASE, found());
  }

  /** Outer bytes of the largest datagram in use. */
  public int shown() {
    return fixed != 0 ? fixed : size();
  }

  public SizeStatus status() {
    return new SizeStatus(
        shown(),
        fixed != 0 ? PathMtuState.FIXED : search == null ? PathMtuState.BASE : search.state());
  }

  /** Datagrams that the peer misses because they were probes. */
  public long lostProbes() {
    return unanswered;
  }

  /**
   * The largest inner packet that need not be cut, and not less than 1,280; larger ones may be
   * refused. While a search is under way nobody is told anything that the next second may change.
   */
  public int innerMtu() {
    int settled = fixed != 0 ? fixed : settled();
    Path p = path;
    if (settled == 0 || p == null || !env.host().tellsInnerMtu()) {
      return Sizes.MAX_INNER;
    }
    return Math.max(PathMtu.BASE, p.remote().payload(settled) - Sizes.DATA_OVERHEAD);
  }
}
