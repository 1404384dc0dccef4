// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the packet threads know about a peer: control writes the channels, they read them. */
public final class PeerLink {
  private final int number;
  private final String name;
  private volatile SendChannel[] channels = {};
  private volatile boolean mirrored;
  private final LongAdder sentPackets = new LongAdder();
  private final LongAdder sentBytes = new LongAdder();
  private final LongAdder receivedPackets = new LongAdder();
  private final LongAdder receivedBytes = new LongAdder();

  public PeerLink(int number, String name) {
    this.number = number;
    this.name = name;
  }

  /** Number of the peer, unique in this process. */
  public int number() {
    return number;
  }

  public String name() {
    return name;
  }

  /** How to send to it on lane 0, null while it is down. */
  public @Nullable SendChannel channel() {
    return channel(0);
  }

  /**
   * How a sending thread sends to it, null while it is down. Lane {@code n} belongs to thread
   * {@code n}; threads beyond the lanes of the session share them.
   */
  public @Nullable SendChannel channel(int thread) {
    SendChannel[] all = channels;
    if (thread < all.length) {
      return all[thread];
    }
    return all.length == 0 ? null : all[thread % all.length];
  }

  /** All channels at once, by lane; none while it is down. */
  public void publish(SendChannel... next) {
    channels = next.clone();
  }

  /**
   * Whether packets are also copied to control: the peer may have lost the session, and without
   * copies these packets would be lost as well.
   */
  public boolean mirrored() {
    return mirrored;
  }

  public void mirror(boolean on) {
    mirrored = on;
  }

  /** Counts an inner packet sent. */
  public void sent(int bytes) {
    sentPackets.increment();
    sentBytes.add(bytes);
  }

  /** Counts an inner packet received. */
  public void received(int bytes) {
    receivedPackets.increment();
    receivedBytes.add(bytes);
  }

  /** What has been sent and received so far. */
  public Traffic traffic() {
    return new Traffic(
        sentPackets.sum(), sentBytes.sum(), receivedPackets.sum(), receivedBytes.sum());
  }
}
