// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

import java.util.Objects;

/**
 * Ranges of one heap array, in the order in which they were added. One thread at a time.
 *
 * <p>A batch to be filled by the kernel has slots: its entries lie one behind the other, each with
 * {@link #SPARE} unused bytes behind it, for the caller to pad in place. A batch over the caller's
 * array has no slots; its entries may lie anywhere in the array.
 */
public abstract sealed class Batch permits DatagramBatch, PacketBatch {
  /** Unused bytes behind each entry of a batch with slots. */
  public static final int SPARE = 64;

  private final byte[] bytes;
  private final int slotBytes;
  private final int capacity;
  private final int[] offset;
  private final int[] length;
  private int count;

  /** A batch over an array; {@code slotBytes} is 0 if it has no slots. */
  Batch(byte[] bytes, int capacity, int slotBytes) {
    this.bytes = bytes;
    this.slotBytes = slotBytes;
    this.capacity = capacity;
    offset = new int[capacity];
    length = new int[capacity];
  }

  /** The array that all offsets point into. */
  public final byte[] bytes() {
    return bytes;
  }

  /** The longest entry that can be received or read, in bytes; 0 in a batch without slots. */
  public final int slotBytes() {
    return slotBytes;
  }

  /** Most entries. */
  public final int capacity() {
    return capacity;
  }

  /** Entries held. */
  public final int count() {
    return count;
  }

  /** Whether no further entry fits. */
  public final boolean full() {
    return count == capacity || (slotBytes > 0 && nextOffset() + slotBytes + SPARE > bytes.length);
  }

  /** Forgets all entries; the bytes stay. */
  public final void clear() {
    count = 0;
  }

  /** Where the last entry ends; 0 without entries. */
  public final int end() {
    return count == 0 ? 0 : offset[count - 1] + length[count - 1];
  }

  /** Where the next entry of a batch with slots begins. */
  public final int nextOffset() {
    return count == 0 ? 0 : end() + SPARE;
  }

  /**
   * Appends an entry of which nothing else is known.
   *
   * @return its index
   * @throws IndexOutOfBoundsException if the batch is full or the range is not in the array
   */
  public int add(int off, int len) {
    int i = count;
    offset[i] = Objects.checkFromIndexSize(off, len, bytes.length);
    length[i] = len;
    count = i + 1;
    return i;
  }

  /**
   * Lengthens entry {@code i} by as many bytes, which lie behind it.
   *
   * @throws IndexOutOfBoundsException if they are not in the array
   */
  public void extend(int i, int more) {
    int longer = length[check(i)] + more;
    Objects.checkFromIndexSize(offset[i], longer, bytes.length);
    length[i] = longer;
  }

  /** Where entry {@code i} begins. */
  public final int offset(int i) {
    return offset[check(i)];
  }

  /** Bytes of entry {@code i}. */
  public final int length(int i) {
    return length[check(i)];
  }

  /** Drops the first bytes of entry {@code i}. */
  final void cut(int i, int first) {
    offset[check(i)] += first;
    length[i] -= first;
  }

  /** The index, if there is such an entry. */
  final int check(int i) {
    return Objects.checkIndex(i, count);
  }
}
