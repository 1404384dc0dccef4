package org.ipae.tun.batch;

import java.util.Objects;

/**
 * IP packets on their way from or to a TUN device, each with its virtio header, in one heap array.
 * Arrays of fields, no object per packet. One thread at a time.
 *
 * <p>A reader puts packets one behind the other, each with {@link #SPARE} unused bytes behind it,
 * for the caller to pad in place. A writer may point entries anywhere in the array with {@link
 * #add}.
 */
public final class PacketBatch {
  /** Unused bytes behind each packet read. */
  public static final int SPARE = 64;

  private final byte[] bytes;
  private final int slotBytes;
  private final int capacity;
  private final int[] offset;
  private final int[] length;
  // The six header fields of a packet in one long and one int: flags, type, csum_offset | lengths.
  private final int[] kind;
  private final long[] sizes;
  private final boolean[] refused;
  private int count;

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
    this.bytes = bytes;
    this.slotBytes = slotBytes;
    this.capacity = capacity;
    this.offset = new int[capacity];
    this.length = new int[capacity];
    this.kind = new int[capacity];
    this.sizes = new long[capacity];
    this.refused = new boolean[capacity];
  }

  /** A batch for writing packets that lie in the caller's array; it has no slots to read into. */
  public static PacketBatch over(byte[] array, int capacity) {
    return new PacketBatch(array, capacity, 0);
  }

  /** The array all offsets point into. */
  public byte[] bytes() {
    return bytes;
  }

  /** The longest packet that can be read, in bytes; 0 in a batch for writing. */
  public int slotBytes() {
    return slotBytes;
  }

  /** Packets held. */
  public int count() {
    return count;
  }

  /** Whether no further packet fits. */
  public boolean full() {
    return count == capacity || (slotBytes > 0 && nextOffset() + slotBytes + SPARE > bytes.length);
  }

  /** Forgets all packets; the bytes stay. */
  public void clear() {
    count = 0;
  }

  /** Where the next packet goes. For readers, which then call {@link #add}. */
  public int nextOffset() {
    return count == 0 ? 0 : offset[count - 1] + length[count - 1] + SPARE;
  }

  /**
   * Appends a packet with a header of zeros.
   *
   * @return its index
   * @throws IndexOutOfBoundsException if the batch is full or the range is not in the array
   */
  public int add(int off, int len) {
    int i = count;
    offset[i] = Objects.checkFromIndexSize(off, len, bytes.length);
    length[i] = len;
    kind[i] = 0;
    sizes[i] = 0;
    refused[i] = false;
    count = i + 1;
    return i;
  }

  /**
   * Sets the virtio header of packet {@code i}. All values are unsigned; bytes unless said
   * otherwise.
   *
   * @param flags VIRTIO_NET_HDR_F_*, 8 bits
   * @param gsoType VIRTIO_NET_HDR_GSO_*, 8 bits
   */
  public void header(
      int i,
      int flags,
      int gsoType,
      int headerLength,
      int gsoSize,
      int checksumStart,
      int checksumOffset) {
    checkIndex(i);
    kind[i] = (flags & 0xff) | (gsoType & 0xff) << 8;
    sizes[i] =
        (headerLength & 0xffffL)
            | (gsoSize & 0xffffL) << 16
            | (checksumStart & 0xffffL) << 32
            | (checksumOffset & 0xffffL) << 48;
  }

  /**
   * Whether the kernel has refused packet {@code i} with EINVAL in the last write: a superpacket
   * that it cannot take, or a packet that is not IP.
   */
  public boolean refused(int i) {
    return refused[checkIndex(i)];
  }

  public void refuse(int i) {
    refused[checkIndex(i)] = true;
  }

  /** Where packet {@code i} begins. */
  public int offset(int i) {
    return offset[checkIndex(i)];
  }

  /** Bytes of packet {@code i}. */
  public int length(int i) {
    return length[checkIndex(i)];
  }

  /** VIRTIO_NET_HDR_F_* of packet {@code i}. */
  public int flags(int i) {
    return kind[checkIndex(i)] & 0xff;
  }

  /** VIRTIO_NET_HDR_GSO_* of packet {@code i}. */
  public int gsoType(int i) {
    return kind[checkIndex(i)] >>> 8;
  }

  /** hdr_len: a hint of the kernel, not to be trusted. */
  public int headerLength(int i) {
    return (int) sizes[checkIndex(i)] & 0xffff;
  }

  /** gso_size: payload bytes of each segment. */
  public int gsoSize(int i) {
    return (int) (sizes[checkIndex(i)] >>> 16) & 0xffff;
  }

  /** csum_start: where the checksummed range begins. */
  public int checksumStart(int i) {
    return (int) (sizes[checkIndex(i)] >>> 32) & 0xffff;
  }

  /** csum_offset: where the checksum goes, from {@link #checksumStart}. */
  public int checksumOffset(int i) {
    return (int) (sizes[checkIndex(i)] >>> 48) & 0xffff;
  }

  private int checkIndex(int i) {
    return Objects.checkIndex(i, count);
  }
}
