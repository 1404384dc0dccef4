// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inner packets that wait for a session, oldest first; the first ones may be out as early data. */
public final class Queued {
  static final int LIMIT = 64;

  private final List<byte[]> packets = new ArrayList<>();
  private int early;

  /** Adds a packet; false if there is no room for it. */
  public boolean add(byte[] packet) {
    return packets.size() < LIMIT && packets.add(packet);
  }

  public int size() {
    return packets.size();
  }

  /**
   * The next packet that is not out as early data yet, null if there is none, or if it is larger
   * than {@code room}: it and those behind it wait for the session, which can cut it.
   */
  byte @Nullable [] nextEarly(int room) {
    boolean there = early < packets.size() && packets.get(early).length <= room;
    return there ? packets.get(early++) : null;
  }

  /** The early data went nowhere: its packets wait again. */
  public void earlyRefused() {
    early = 0;
  }

  /** Of what waits the first packets were taken as early data. */
  void earlyTaken(int count) {
    early = Math.min(count, packets.size());
  }

  /** Takes everything out that has not been delivered as early data. */
  public List<byte[]> drain() {
    List<byte[]> rest = new ArrayList<>(packets.subList(early, packets.size()));
    clear();
    return rest;
  }

  /** Drops everything and returns how many packets that were. */
  public int clear() {
    int dropped = packets.size();
    packets.clear();
    early = 0;
    return dropped;
  }
}
