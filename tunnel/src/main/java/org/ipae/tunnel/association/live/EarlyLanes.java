// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SessionTable;
import org.ipae.tunnel.wire.Item;
import org.jspecify.annotations.Nullable;

/**
 * The lanes on which early data of one peer comes, and for a while which datagrams came on them:
 * the peer asks, and sends the others again. An answer leaves only when its lane is closed, so that
 * nothing comes twice. PROTOCOL.md section 7.4.
 */
public final class EarlyLanes {
  /** How long early keys stay after confirmation if the peer does not ask, milliseconds. */
  static final long LIFE = 30_000;

  /** How long it is known what came on a lane, from its making, milliseconds. */
  static final long KNOWN = 30_000;

  /** Lanes of which it is known. */
  static final int KEPT = 16;

  /**
   * What early data of a new session is opened with.
   *
   * @param secret closed by the lane that is made of it
   */
  public record Keys(Secret secret, long connectionId) {}

  private static final class Lane {
    final long id;
    final long since;

    /** Null once it is over. */
    @Nullable LiveSession live;

    /** Null once it is known what came on it. */
    @Nullable ReceiveLane opens;

    int came;

    /** Where the peer has asked; null if nobody waits for an answer. */
    @Nullable LiveSession asked;

    Lane(long id, long since, LiveSession live, ReceiveLane opens) {
      this.id = id;
      this.since = since;
      this.live = live;
      this.opens = opens;
    }
  }

  private final Environment env;
  private final Speaker speaker;

  /** A list of its own only when needed: most peers are quiet most of the time. */
  private List<Lane> lanes = Collections.emptyList();

  public EarlyLanes(Environment env, Speaker speaker) {
    this.env = env;
    this.speaker = speaker;
  }

  /** Makes the lane on which early data of this session comes. */
  public void accept(Moment now, LiveSession live, Keys keys) {
    ReceiveLane opens = live.session().earlyLane(keys.secret());
    keys.secret().close();
    live.early(opens);
    if (lanes.size() == KEPT) {
      end(lanes.removeFirst());
    }
    if (lanes.isEmpty()) {
      lanes = new ArrayList<>(1);
    }
    lanes.add(new Lane(keys.connectionId(), now.millis(), live, opens));
    env.shared().sessions().register(new SessionTable.Entry(keys.connectionId(), opens, 0));
    env.effects().sessionsChanged();
  }

  /** The peer asks on a session which datagrams came under an early id: no more do. */
  public void asked(LiveSession on, long id) {
    for (Lane lane : lanes) {
      if (lane.id == id) {
        end(lane);
        lane.asked = on;
        answer(lane);
        return;
      }
    }
    say(on, id, 0); // the INIT has not come, or was not accepted
  }

  /** A lane opens no more. */
  public void over(ReceiveLane closed) {
    for (Lane lane : lanes) {
      if (lane.opens == closed) {
        answer(lane);
      }
    }
  }

  private void answer(Lane lane) {
    ReceiveLane opens = lane.opens;
    if (opens != null && opens.closed()) {
      lane.came = opens.first16();
      lane.opens = null;
    }
    LiveSession on = lane.asked;
    if (lane.opens == null && on != null) {
      lane.asked = null;
      say(on, lane.id, lane.came);
    }
  }

  private void say(LiveSession on, long id, int came) {
    speaker.say(on, new Item.Early(true, id, came));
  }

  /** A session ends, and early data with it. */
  public void end(LiveSession over) {
    for (Lane lane : lanes) {
      if (lane.live == over) {
        end(lane);
      }
      if (lane.asked == over) {
        lane.asked = null;
      }
    }
  }

  private void end(Lane lane) {
    LiveSession live = lane.live;
    if (live != null && lane.opens != null) {
      env.shared().sessions().remove(lane.opens, lane.id);
      env.effects().erase(lane.opens);
      live.endEarly();
    }
    lane.live = null;
  }

  /** When {@link #tick} has something to end, milliseconds. */
  public long deadline() {
    long first = Long.MAX_VALUE;
    for (Lane l : lanes) {
      first = l.live == null ? first : Math.min(first, l.live.earlyUntil());
    }
    return first;
  }

  /** Ends early data whose time is over. */
  public void tick(Moment now) {
    for (Lane lane : lanes) {
      if (lane.live != null && now.millis() >= lane.live.earlyUntil()) {
        end(lane);
      }
    }
    lanes.removeIf(l -> l.live == null && now.millis() - l.since >= KNOWN);
  }
}
