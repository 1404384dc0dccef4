// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Split;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.Path;

/**
 * The keys of one handshake and what the packet threads and control must see of them. Control makes
 * and ends it; a packet thread claims the lane that it seals or opens with.
 */
public final class Session {
  /** A session is quiet without a datagram for so long, milliseconds. */
  public static final long QUIET = 1_000;

  /** What is known about a session besides its keys. */
  public record Facts(
      long id,
      int peer,
      Suite suite,
      boolean initiator,
      PublicKey remote,
      byte[] ephemeral,
      int lanes,
      long createdAt) {}

  private final Facts facts;
  private final SendLane[] send;
  private final ReceiveLane[] receive;
  private final Credit budget = new Credit(0);

  private final AtomicBoolean confirmed = new AtomicBoolean();
  private final Quota fragments = new Quota();
  private final Quota notices = new Quota();
  private volatile boolean carried;
  private volatile Path path;

  /** Derives all lanes; the split is closed here. */
  public Session(Facts facts, Path path, Split split) {
    this.facts = facts;
    this.path = path;
    try (split) {
      boolean first = facts.initiator;
      TrafficSecret mine =
          new TrafficSecret(
              first ? split.initiatorToResponder() : split.responderToInitiator(), facts.lanes);
      TrafficSecret theirs =
          new TrafficSecret(
              first ? split.responderToInitiator() : split.initiatorToResponder(), facts.lanes);
      send = new SendLane[facts.lanes];
      receive = new ReceiveLane[facts.lanes];
      for (int lane = 0; lane < facts.lanes; lane++) {
        send[lane] = new SendLane(facts.suite, mine, lane);
        receive[lane] = new ReceiveLane(this, facts.suite, theirs, lane, false);
      }
    }
    confirmed.setPlain(facts.initiator);
  }

  /** Returns a lane on which the initiator's early data may come. */
  public ReceiveLane earlyLane(Secret earlySecret) {
    return new ReceiveLane(this, facts.suite, new TrafficSecret(earlySecret, 1), 0, true);
  }

  public Facts facts() {
    return facts;
  }

  /** The lane that control's own items go by, and everything before confirmation. */
  public SendLane send() {
    return send[0];
  }

  public SendLane send(int lane) {
    return send[lane];
  }

  public ReceiveLane receive(int lane) {
    return receive[lane];
  }

  public int lanes() {
    return receive.length;
  }

  /** Whether the other side has shown that it has the keys. */
  public boolean confirmed() {
    return confirmed.get();
  }

  /**
   * Notes that the other side has shown that it has the keys.
   *
   * @return whether that is news; of several threads, one is told so
   */
  public boolean confirm() {
    return confirmed.compareAndSet(false, true);
  }

  /**
   * Takes back a {@link #confirm} that control could not be told of; the next one is news again.
   */
  public void unconfirm() {
    confirmed.set(false);
  }

  /** Adds bytes that may be sent before confirmation. */
  public void allow(long bytes) {
    budget.add(bytes);
  }

  /** Takes {@code bytes} of what may be sent before confirmation; false if there is not enough. */
  public boolean spend(int bytes) {
    return confirmed() || budget.spend(bytes);
  }

  /** Notes that an inner packet is sent or was received; any thread. */
  public void carry() {
    if (!carried) {
      carried = true;
    }
  }

  /** Whether inner packets have been carried, in either direction. */
  public boolean carried() {
    return carried;
  }

  /** Places for items in fragments. */
  public Quota fragments() {
    return fragments;
  }

  /** Places for notices to control. */
  public Quota notices() {
    return notices;
  }

  /** The path of lane 0, and of every lane without its own; control is told of other ones. */
  public Path path() {
    return path;
  }

  /** By control. */
  public void path(Path next) {
    path = next;
  }

  /** When a datagram was last sent, the time of the session's making if none was. */
  public long lastSent() {
    long last = facts.createdAt;
    for (SendLane lane : send) {
      last = Math.max(last, lane.lastSent());
    }
    return last;
  }

  /** When an authentic datagram last came, the time of the session's making if none did. */
  public long lastReceived() {
    long last = facts.createdAt;
    for (ReceiveLane lane : receive) {
      last = Math.max(last, lane.lastReceived());
    }
    return last;
  }

  /** Whether nothing was sent or received for {@link #QUIET}. */
  public boolean quiet(long now) {
    return Math.max(lastSent(), lastReceived()) <= now - QUIET;
  }

  /** Datagrams sealed. */
  public long sentPackets() {
    long sum = 0;
    for (SendLane lane : send) {
      sum += lane.packets();
    }
    return sum;
  }

  /** Datagrams sent that not every path carries. */
  public long largeSent() {
    long sum = 0;
    for (SendLane lane : send) {
      sum += lane.largePackets();
    }
    return sum;
  }

  /** Whether a lane that this side sends on is near the limits of its key. */
  public boolean wantsRekey() {
    for (SendLane lane : send) {
      if (lane.wantsRekey()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether this session's initiator ephemeral is the lower one: of two sessions that crossed, both
   * sides send on that one.
   */
  public boolean lowerThan(Session other) {
    return Arrays.compareUnsigned(facts.ephemeral, other.facts.ephemeral) < 0;
  }

  @Override
  public String toString() {
    return "session " + facts.id;
  }
}
