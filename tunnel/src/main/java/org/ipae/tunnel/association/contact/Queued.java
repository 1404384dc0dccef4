// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ipae.tunnel.association.host.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Inner packets that wait for a session, oldest first; the first ones may be out as early data,
 * which stay until it is known that they are taken.
 */
public final class Queued {
  static final int LIMIT = 64;

  /** How long a packet waits, over several attempts if need be, milliseconds. */
  static final long LIFE = 10_000;

  private record Waiting(byte[] packet, long since) {}

  /** A list of its own only when needed: most peers are quiet most of the time. */
  private List<Waiting> packets = Collections.emptyList();

  private int early;

  /**
   * Adds a packet; if there is no room, the oldest that is not out gives way, or this one.
   *
   * @return how many packets were dropped
   */
  public int add(Moment now, byte[] packet) {
    int dropped = packets.size() < LIMIT ? 0 : 1;
    if (dropped > 0 && early == packets.size()) {
      return dropped;
    }
    if (dropped > 0) {
      packets.remove(early);
    }
    if (packets.isEmpty()) {
      packets = new ArrayList<>(1);
    }
    packets.add(new Waiting(packet, now.millis()));
    return dropped;
  }

  /** Drops those that have waited too long and are not out; returns how many. */
  public int expire(Moment now) {
    int before = packets.size();
    while (early < packets.size() && now.millis() - packets.get(early).since >= LIFE) {
      packets.remove(early);
    }
    return before - packets.size();
  }

  public int size() {
    return packets.size();
  }

  /**
   * The next packet that is not out as early data yet, null if there is none, or if it is larger
   * than {@code room}: it and those behind it wait for the session, which can cut it.
   */
  byte @Nullable [] nextEarly(int room) {
    boolean there = early < packets.size() && packets.get(early).packet.length <= room;
    return there ? packets.get(early++).packet : null;
  }

  /** The early data went nowhere: its packets wait again. */
  public void earlyRefused() {
    early = 0;
  }

  /** These do not wait any more. */
  @SuppressWarnings("ReferenceEquality") // these, not equal ones
  void remove(List<byte[]> taken) {
    packets.removeIf(w -> taken.stream().anyMatch(t -> t == w.packet));
    early = 0;
  }

  /** Takes everything out. */
  public List<byte[]> drain() {
    List<byte[]> all = packets.stream().map(Waiting::packet).toList();
    clear();
    return all;
  }

  /** Drops everything and returns how many packets that were. */
  public int clear() {
    int dropped = packets.size();
    packets.clear();
    early = 0;
    return dropped;
  }
}
