// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the packet threads know about a peer: control writes the channels, they read them. */
public final class PeerLink implements Hop {
  private final int number;
  private final String name;
  private volatile SendChannel[] channels = {};
  private volatile boolean mirrored;
  private volatile @Nullable Count sent;
  private volatile @Nullable Count received;

  /** Of one direction; made with its first packet: most peers are quiet most of the time. */
  private static final class Count {
    final LongAdder packets = new LongAdder();
    final LongAdder bytes = new LongAdder();

    void add(int size) {
      packets.increment();
      bytes.add(size);
    }
  }

  private static final VarHandle SENT = field("sent");
  private static final VarHandle RECEIVED = field("received");

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(PeerLink.class, name, Count.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

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

  @Override
  public PeerLink pick(byte[] b, int off, int len) {
    return this;
  }

  @Override
  public boolean has(PeerLink peer) {
    return peer == this;
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
    Count c = sent;
    (c == null ? first(SENT) : c).add(bytes);
  }

  /** The one that all threads use, whichever of them comes first. */
  private Count first(VarHandle direction) {
    Count fresh = new Count();
    Count there = (Count) direction.compareAndExchange(this, null, fresh);
    return there == null ? fresh : there;
  }

  /** Counts an inner packet received. */
  public void received(int bytes) {
    Count c = received;
    (c == null ? first(RECEIVED) : c).add(bytes);
  }

  /** What has been sent and received so far. */
  public Traffic traffic() {
    Count out = sent;
    Count in = received;
    return new Traffic(
        out == null ? 0 : out.packets.sum(),
        out == null ? 0 : out.bytes.sum(),
        in == null ? 0 : in.packets.sum(),
        in == null ? 0 : in.bytes.sum());
  }
}
