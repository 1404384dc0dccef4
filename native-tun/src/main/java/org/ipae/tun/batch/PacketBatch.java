// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

/**
 * IP packets on their way from or to a TUN device, each with its virtio header, in one heap array.
 * Arrays of fields, no object per packet. One thread at a time.
 */
public final class PacketBatch extends Batch {
  // A virtio header in two columns: each a field of 8 bits and, from these bits on, two of 16.
  private static final int SECOND = 8;
  private static final int THIRD = 24;

  private final long[] segmentation;
  private final long[] checksum;
  private final boolean[] refused;

  /**
   * A batch with slots of its own.
   *
   * @param capacity most packets
   * @param slotBytes longest packet that can be read
   */
  public PacketBatch(int capacity, int slotBytes) {
    this(new byte[Math.multiplyExact(capacity, slotBytes + SPARE)], capacity, slotBytes);
  }

  /**
   * A batch for reading, in an array that need not hold {@code capacity} of the longest packets: it
   * is full when another one might not fit.
   *
   * @param slotBytes longest packet that can be read
   * @param arrayBytes bytes of the array
   */
  public PacketBatch(int capacity, int slotBytes, int arrayBytes) {
    this(new byte[Math.max(arrayBytes, slotBytes + SPARE)], capacity, slotBytes);
  }

  private PacketBatch(byte[] bytes, int capacity, int slotBytes) {
    super(bytes, capacity, slotBytes);
    segmentation = new long[capacity];
    checksum = new long[capacity];
    refused = new boolean[capacity];
  }

  /** A batch for writing packets that lie in the caller's array; it has no slots to read into. */
  public static PacketBatch over(byte[] array, int capacity) {
    return new PacketBatch(array, capacity, 0);
  }

  /**
   * Appends a packet with a header of zeros.
   *
   * @return its index
   * @throws IndexOutOfBoundsException if the batch is full or the range is not in the array
   */
  @Override
  public int add(int off, int len) {
    int i = super.add(off, len);
    segmentation[i] = 0;
    checksum[i] = 0;
    refused[i] = false;
    return i;
  }

  /**
   * Makes packet {@code i} a superpacket, by three fields of its virtio header.
   *
   * @param gsoType VIRTIO_NET_HDR_GSO_*, 8 bits
   * @param headerLength hdr_len, 16 bits
   * @param gsoSize gso_size: payload bytes of each segment, 16 bits
   */
  public void segmentation(int i, int gsoType, int headerLength, int gsoSize) {
    segmentation[check(i)] = pack(gsoType, headerLength, gsoSize);
  }

  /**
   * Sets what is known of the checksum of packet {@code i}, by three fields of its virtio header.
   *
   * @param flags VIRTIO_NET_HDR_F_*, 8 bits
   * @param start csum_start: where the checksummed range begins, in bytes, 16 bits
   * @param place csum_offset: where the checksum goes, from {@code start}, 16 bits
   */
  public void checksum(int i, int flags, int start, int place) {
    checksum[check(i)] = pack(flags, start, place);
  }

  private static long pack(int first, int second, int third) {
    return (first & 0xffL) | (second & 0xffffL) << SECOND | (third & 0xffffL) << THIRD;
  }

  /**
   * Whether the kernel has refused packet {@code i} with EINVAL in the last write: a superpacket
   * that it cannot take, or a packet that is not IP.
   */
  public boolean refused(int i) {
    return refused[check(i)];
  }

  /** Notes that the kernel has refused packet {@code i}. For writers. */
  public void refuse(int i) {
    refused[check(i)] = true;
  }

  /** VIRTIO_NET_HDR_F_* of packet {@code i}. */
  public int flags(int i) {
    return (int) checksum[check(i)] & 0xff;
  }

  /** VIRTIO_NET_HDR_GSO_* of packet {@code i}. */
  public int gsoType(int i) {
    return (int) segmentation[check(i)] & 0xff;
  }

  /** hdr_len: a hint of the kernel, not to be trusted. */
  public int headerLength(int i) {
    return (int) (segmentation[check(i)] >>> SECOND) & 0xffff;
  }

  /** gso_size: payload bytes of each segment. */
  public int gsoSize(int i) {
    return (int) (segmentation[check(i)] >>> THIRD) & 0xffff;
  }

  /** csum_start: where the checksummed range begins. */
  public int checksumStart(int i) {
    return (int) (checksum[check(i)] >>> SECOND) & 0xffff;
  }

  /** csum_offset: where the checksum goes, from {@link #checksumStart}. */
  public int checksumOffset(int i) {
    return (int) (checksum[check(i)] >>> THIRD) & 0xffff;
  }
}
