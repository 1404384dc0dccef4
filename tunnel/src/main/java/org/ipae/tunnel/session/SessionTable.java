// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Connection id to receive lane. One writer (control), any number of readers without locks: a
 * bucket is immutable and replaced whole. The first registration of an id wins.
 */
public final class SessionTable {
  private static final int BUCKET_BITS = 12;
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
  private static final Entry[] NONE = {};

  /**
   * One connection id.
   *
   * @param id the connection id, top bit set
   * @param lane where its datagrams are opened
   * @param index which of the lane's ids it is
   */
  public record Entry(long id, ReceiveLane lane, int index) {}

  private final AtomicReferenceArray<Entry[]> buckets =
      new AtomicReferenceArray<>(1 << BUCKET_BITS);
  private int size;

  public SessionTable() {
    for (int i = 0; i < buckets.length(); i++) {
      buckets.set(i, NONE);
    }
  }

  /** The registration of an id, or null. Any thread. */
  public @Nullable Entry lookup(long id) {
    for (Entry e : buckets.get(bucket(id))) {
      if (e.id == id) {
        return e;
      }
    }
    return null;
  }

  /** Registers the ids {@code from..to} of a lane; ids that exist stay as they are. */
  public void register(ReceiveLane lane, int from, int to) {
    for (int index = from; index <= to; index++) {
      register(new Entry(lane.connectionId(index), lane, index));
    }
  }

  public void register(Entry entry) {
    if (lookup(entry.id) == null) {
      int b = bucket(entry.id);
      Entry[] old = buckets.get(b);
      Entry[] grown = Arrays.copyOf(old, old.length + 1);
      grown[old.length] = entry;
      buckets.set(b, grown);
      size++;
    }
  }

  /** Forgets every id of a lane among {@code 0..to} and the given one. */
  public void remove(ReceiveLane lane, long id) {
    int b = bucket(id);
    Entry[] old = buckets.get(b);
    Entry[] kept =
        Arrays.stream(old).filter(e -> e.id != id || e.lane != lane).toArray(Entry[]::new);
    size -= old.length - kept.length;
    buckets.set(b, kept.length == 0 ? NONE : kept);
  }

  /** Forgets the ids {@code from..to} of a lane. */
  public void remove(ReceiveLane lane, int from, int to) {
    for (int index = from; index <= to; index++) {
      remove(lane, lane.connectionId(index));
    }
  }

  /** Registered ids. Control only. */
  public int size() {
    return size;
  }

  private static int bucket(long id) {
    return (int) ((id * SPREAD) >>> (64 - BUCKET_BITS));
  }
}
