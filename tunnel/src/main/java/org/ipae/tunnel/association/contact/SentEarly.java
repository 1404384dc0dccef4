// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.Item;

/**
 * Packets that went as early data, while it is not known which of them have come: the peer is asked
 * under a session, and those that it has not got go again. PROTOCOL.md section 7.4.
 */
public final class SentEarly {
  /** How long the peer is asked, milliseconds. */
  static final long LIFE = 10_000;

  /** Wait before the peer is asked a second time, doubled each time, milliseconds. */
  static final long FIRST_WAIT = 300;

  private final long id;
  private final List<byte[]> packets;
  private final long until;
  private long wait = FIRST_WAIT;
  private long askAt;

  /**
   * @param id the early id that they went under
   * @param packets in the order of their counters, from 0
   */
  SentEarly(Moment now, long id, List<byte[]> packets) {
    this.id = id;
    this.packets = List.copyOf(packets);
    until = now.millis() + LIFE;
    askAt = now.millis();
  }

  /** The early id that they went under. */
  public long id() {
    return id;
  }

  /** Whether the peer is to be asked now; it is not again for a while. */
  public boolean due(Moment now) {
    if (now.millis() < askAt) {
      return false;
    }
    askAt = now.millis() + wait;
    wait *= 2;
    return true;
  }

  public Item question() {
    return new Item.Early(false, id, 0);
  }

  /** Whether the peer has not answered for so long that they are given up. */
  public boolean over(Moment now) {
    return now.millis() >= until;
  }

  /** The packets that have not come, according to the map of an answer. */
  public List<byte[]> missing(int map) {
    List<byte[]> out = new ArrayList<>();
    for (int i = 0; i < packets.size(); i++) {
      if ((map & 1 << i) == 0) {
        out.add(packets.get(i));
      }
    }
    return out;
  }

  public int count() {
    return packets.size();
  }
}
