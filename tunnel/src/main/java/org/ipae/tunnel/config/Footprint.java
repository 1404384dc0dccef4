// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.Locale;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration takes of the daemon's heap. The numbers are bytes and rounded up from what
 * {@code CrowdLabTest} measures, which fails if the daemon takes more. Outside the heap a lane
 * takes about 2,000 bytes.
 *
 * @param peers configured
 * @param lanes of each session at most
 */
public record Footprint(int peers, int lanes) {
  /** The daemon itself, without peers. */
  static final long DAEMON = 22_000_000;

  /** A peer that is configured. */
  static final long PEER = 1_900;

  /** A session, without its lanes. */
  static final long SESSION = 4_800;

  /** A lane in use, both directions. */
  static final long LANE = 6_500;

  /** A live peer has two sessions while keys change. */
  static final int SESSIONS = 2;

  /** The heap is given in steps of so many bytes. */
  private static final long STEP = 16 << 20;

  private static final long MEGABYTE = 1 << 20;

  public static Footprint of(Config config) {
    return new Footprint(config.peers().size(), config.lanes());
  }

  /** Bytes with so many of the peers live. */
  public long bytes(int live) {
    return DAEMON + PEER * peers + live * (long) SESSIONS * (SESSION + LANE * lanes);
  }

  /** Whether so many peers may be live in a heap of so many bytes. */
  private boolean fits(int live, long heap) {
    return bytes(live) + HandshakeBudget.share(heap) <= heap;
  }

  /** How many of the peers may be live at a time in a heap of so many bytes. */
  int live(long heap) {
    long room = heap - HandshakeBudget.share(heap) - bytes(0);
    return Math.clamp(room / (bytes(1) - bytes(0)), 0, peers);
  }

  /** The heap that all peers need, in a form that IPAE_HEAP takes. */
  private String wanted() {
    long heap = STEP;
    while (!fits(peers, heap)) {
      heap += STEP;
    }
    return heap / MEGABYTE + "m";
  }

  /**
   * What is wrong with a heap of so many bytes, and what to do, in one line; null if nothing is.
   */
  public @Nullable String shortage(long heap) {
    return fits(peers, heap)
        ? null
        : String.format(
            Locale.ROOT,
            "the daemon's heap of %d MB is for %,d of %,d peers with %d lanes at a time, with more it"
                + " may end; start it with IPAE_HEAP=%s in its environment",
            Math.round((double) heap / MEGABYTE),
            live(heap),
            peers,
            lanes,
            wanted());
  }
}
