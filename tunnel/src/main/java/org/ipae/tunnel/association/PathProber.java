package org.ipae.tunnel.association;

import org.ipae.tunnel.engine.Padding;
import org.ipae.tunnel.engine.SendChannel;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Sends the probes that {@link PathMtu} wants on the current session, answers the peer's, and tells
 * what datagrams and inner packets may be as large as. PROTOCOL.md section 11.
 */
final class PathProber {
  private final Environment env;
  private final Voice voice;
  private final PathMtu mtu = new PathMtu(this::probe);
  private int fixed;
  private int remembered;

  // What is probed: a path, by the session that sends on it now.
  private @Nullable Path path;
  private SessionSet.@Nullable Held held;

  // Datagrams above the base: of the sessions before, and probes among those of this one.
  private long largeBefore;
  private long largeProbes;

  // Of this session: the peer reports those that did not arrive as lost.
  private long unanswered;

  PathProber(Environment env, Voice voice, PeerConfig config) {
    this.env = env;
    this.voice = voice;
    fixed = config.pathMtu();
  }

  void configure(long now, PeerConfig config) {
    boolean again = fixed != config.pathMtu();
    fixed = config.pathMtu();
    if (again && fixed == 0 && path != null) {
      mtu.start(now, mostOf(path), remembered);
    }
  }

  /** What was known before a restart, 0 if nothing. */
  void restore(int size) {
    remembered = size;
  }

  /** What is worth remembering: 0 if nothing has been found. */
  int found() {
    return fixed == 0 && mtu.settled() > 0 ? mtu.size() : remembered;
  }

  /** The session that sends now, null if none does; its path may be another than before. */
  void follow(long now, SessionSet.@Nullable Held current) {
    if (current != held) {
      if (held != null) {
        largeBefore += held.session.largeSent() - largeProbes;
      }
      largeProbes = 0;
      unanswered = 0;
      held = current;
    }
    if (current == null) {
      return;
    }
    Path next = current.session.path();
    Path before = path;
    path = next;
    if (before == null || !samePath(before, next)) {
      if (before != null) {
        remembered = 0;
      }
      if (fixed == 0) {
        mtu.start(now, mostOf(next), remembered);
      }
    }
  }

  /** Another port is the same path, and so is a local address that has become known. */
  private static boolean samePath(Path a, Path b) {
    return a.remote().sameAddress(b.remote()) && (a.sameLocal(b) || unknownLocal(a));
  }

  private static boolean unknownLocal(Path p) {
    return (p.localHi() | p.localLo()) == 0;
  }

  private int mostOf(Path p) {
    return env.effects().linkMtu(p.remote());
  }

  /** An own address, route or interface has changed. */
  void ownPathChanged(long now) {
    Path p = path;
    if (p != null && fixed == 0) {
      mtu.bound(now, mostOf(p));
    }
  }

  /** A datagram to the peer was too big for somebody, who may be a forger. */
  void tooBig(long now, int size, boolean local) {
    if (fixed != 0 || path == null) {
      return;
    }
    if (local) {
      int most = mostOf(path);
      mtu.bound(now, most == 0 ? size : Math.min(most, size));
    } else {
      mtu.hint(now, size);
    }
  }

  void tick(long now, long rttMicros) {
    SessionSet.Held h = held;
    if (h != null && fixed == 0) {
      Session s = h.session;
      long large = largeBefore + s.largeSent() - largeProbes;
      mtu.tick(now, rttMicros, large, s.lastReceived());
    }
  }

  long deadline() {
    return held == null || fixed != 0 ? Long.MAX_VALUE : mtu.deadline();
  }

  /** A probe goes alone: its channel is no other's, and its path object starts a run of its own. */
  private void probe(int id, int size) {
    SessionSet.Held h = held;
    if (h == null) {
      return;
    }
    Path usual = h.session.path();
    Path alone = new Path(usual.remote(), usual.localHi(), usual.localLo());
    int payload = usual.remote().payload(size);
    unanswered++;
    if (payload > Sizes.LEAST_MAX_DATAGRAM) {
      largeProbes++;
    }
    env.effects()
        .item(
            new SendChannel(h.session, alone, h.idIndex, payload, Padding.FULL),
            item(Item.PATH_MTU_PROBE, id, payload));
  }

  private static byte[] item(int kind, int id, int payload) {
    byte[] value = new byte[Item.PATH_MTU_LENGTH];
    value[0] = (byte) kind;
    BigEndian.u32(value, 1, id);
    BigEndian.u16(value, 5, payload);
    return Item.of(Item.PATH_MTU, value);
  }

  /**
   * A PATH_MTU item came.
   *
   * @return false if it is none that this version knows
   */
  boolean came(long now, SessionSet.Held from, byte[] value) {
    if (value.length != Item.PATH_MTU_LENGTH) {
      return false;
    }
    int id = BigEndian.u32(value, 1);
    int payload = BigEndian.u16(value, 5);
    switch (value[0]) {
      case Item.PATH_MTU_PROBE -> voice.say(from, item(Item.PATH_MTU_ANSWER, id, payload));
      case Item.PATH_MTU_ANSWER -> {
        Path p = path;
        if (p != null && mtu.answered(now, id, payload - p.remote().payload(0))) {
          unanswered--;
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Outer bytes of the largest datagram for a path. */
  int size(Path to) {
    if (fixed != 0) {
      return fixed;
    }
    Path p = path;
    return p != null && p.remote().sameAddress(to.remote()) ? mtu.size() : PathMtu.BASE;
  }

  /** The same for an INIT, when there may be no session yet. */
  int sizeOfInit() {
    return fixed != 0 ? fixed : found() != 0 ? found() : PathMtu.ETHERNET;
  }

  /** The same for the data behind it, which is not sent again if it is too big. */
  int sizeOfEarly() {
    return fixed != 0 ? fixed : Math.max(PathMtu.BASE, found());
  }

  int shown() {
    return fixed != 0 ? fixed : mtu.size();
  }

  PathMtuState state() {
    return fixed != 0 ? PathMtuState.FIXED : mtu.state();
  }

  /** Datagrams that the peer misses for they were probes. */
  long lostProbes() {
    return unanswered;
  }

  /**
   * The largest inner packet that need not be cut, and not less than 1,280; larger ones may be
   * refused. While a search is under way nobody is told anything that the next second may change.
   */
  int innerMtu() {
    int settled = fixed != 0 ? fixed : mtu.settled();
    Path p = path;
    if (settled == 0 || p == null || !env.host().tellsInnerMtu()) {
      return Sizes.MAX_INNER;
    }
    return Math.max(PathMtu.BASE, p.remote().payload(settled) - Sizes.DATA_OVERHEAD);
  }
}
