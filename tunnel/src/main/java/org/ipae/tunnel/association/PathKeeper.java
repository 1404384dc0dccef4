package org.ipae.tunnel.association;

import java.util.Arrays;
import org.ipae.tunnel.engine.Padding;
import org.ipae.tunnel.engine.SendChannel;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * The path of a peer's sessions: challenges to new ones, the connection ids that step with them,
 * and what the peer sees of our address. PROTOCOL.md section 11.
 */
final class PathKeeper {
  private final Environment env;
  private final Voice voice;
  private @Nullable PathProbe probe;
  private @Nullable Endpoint observed;
  private boolean nat;

  PathKeeper(Environment env, Voice voice) {
    this.env = env;
    this.voice = voice;
  }

  /** Our address as the peer sees it. */
  @Nullable Endpoint observed() {
    return observed;
  }

  /** Whether a NAT stands between. */
  boolean nat() {
    return nat;
  }

  /**
   * The newest packet of a session came over another path than before.
   *
   * @param bytes its length: no more is sent to an address that has not answered
   * @return whether the session may move there at once
   */
  boolean moved(long now, SessionSet.Held held, Path path, int bytes) {
    if (held.session.path().remote().sameAddress(path.remote())) {
      return true;
    }
    PathProbe p = probe;
    boolean pending =
        p != null && p.path().remote().equals(path.remote()) && now - p.sentAt() < PathProbe.PAUSE;
    if (!pending && bytes >= PathProbe.DATAGRAM) {
      challenge(now, held, path, true);
    }
    return false;
  }

  /**
   * Asks a path to answer. One that the session moves to has its own connection id, so that nothing
   * in the clear links the two, and gets no padding: it may be a victim's.
   */
  private void challenge(long now, SessionSet.Held held, Path path, boolean moves) {
    int id = moves ? nextId(held) : held.idIndex;
    PathProbe p = new PathProbe(path, env.entropy().bytes(Item.PATH_TOKEN), now, id, moves);
    probe = p;
    SendChannel usual = voice.channel(held);
    int size = usual.maxDatagram();
    Padding padding = moves ? Padding.NONE : usual.padding();
    env.effects().item(new SendChannel(held.session, path, id, size, padding), p.challenge());
  }

  /** Answers a PATH_CHALLENGE item. */
  void challenged(SessionSet.Held held, byte[] value) {
    if (value.length == Item.PATH_TOKEN) {
      voice.say(held, Item.of(Item.PATH_RESPONSE, value));
    }
  }

  /** A PATH_RESPONSE item came; the path that the session moves to now, null if it stays. */
  @Nullable Path answered(SessionSet.Held held, byte[] value) {
    PathProbe p = probe;
    if (p == null || !p.answeredBy(value)) {
      return null;
    }
    probe = null;
    held.ackedId = Math.max(held.ackedId, p.idIndex());
    if (!p.moves()) {
      return null;
    }
    held.idIndex = Math.max(held.idIndex, p.idIndex());
    return p.path();
  }

  /** An own address is gone: the session goes on from wherever the kernel sends now. */
  void leave(long now, SessionSet.Held held, Runnable publish) {
    Session s = held.session;
    held.idIndex = nextId(held);
    s.path(Path.to(s.path().remote()));
    held.lanes.leave();
    publish.run();
    challenge(now, held, s.path(), false);
  }

  /** The next connection id, or the current one if the peer may not know the next one yet. */
  private static int nextId(SessionSet.Held held) {
    return Math.min(held.idIndex + 1, held.ackedId + Limits.IDS_AHEAD);
  }

  /** Tells the peer its address as seen from here. */
  void tellObserved(SessionSet.Held held) {
    Endpoint remote = held.session.path().remote();
    byte[] value = Arrays.copyOf(remote.address(), Item.OBSERVED_LENGTH);
    BigEndian.u16(value, 16, remote.port());
    voice.say(held, Item.of(Item.OBSERVED_ADDRESS, value));
  }

  /** An OBSERVED_ADDRESS item came over {@code path}. */
  void observedCame(long now, SessionSet.Held held, byte[] value, Path path) {
    if (value.length != Item.OBSERVED_LENGTH) {
      return;
    }
    Endpoint seen = Endpoint.of(Arrays.copyOf(value, 16), BigEndian.u16(value, 16));
    observed = seen;
    nat =
        seen.hi() != path.localHi()
            || seen.lo() != path.localLo()
            || seen.port() != env.host().listenPort();
    if (held.idIndex > held.ackedId) {
      // The peer has followed to the new path, so an answer can come: ids may step again.
      challenge(now, held, held.session.path(), false);
    }
  }
}
