// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

/**
 * UDP payloads on their way from or to a UDP socket, in one heap array. Arrays of fields, no object
 * per datagram. One thread at a time.
 *
 * <p>Addresses are 16 bytes in two big-endian longs, IPv4 as {@code ::ffff:a.b.c.d}; a local
 * address of 0/0 lets the kernel choose. A run of equal datagrams (only the last may be shorter)
 * can be one entry with a segment size.
 */
public final class DatagramBatch extends Batch {
  private final int[] segmentSize;
  private final long[] remoteHi;
  private final long[] remoteLo;
  private final int[] remotePort;
  private final long[] localHi;
  private final long[] localLo;
  private final int[] interfaceIndex;
  private final byte[] ecn;
  private final int[] refused;
  private boolean anyRefused;

  /**
   * A batch with slots of its own.
   *
   * @param capacity most entries
   * @param slotBytes longest payload that can be received
   */
  public DatagramBatch(int capacity, int slotBytes) {
    this(new byte[Math.multiplyExact(capacity, slotBytes + SPARE)], capacity, slotBytes);
  }

  /**
   * A batch for receiving, in an array that need not hold {@code capacity} of the longest entries:
   * it is full when another one might not fit.
   *
   * @param slotBytes longest entry that can be received
   * @param arrayBytes bytes of the array
   */
  public DatagramBatch(int capacity, int slotBytes, int arrayBytes) {
    this(new byte[Math.max(arrayBytes, slotBytes + SPARE)], capacity, slotBytes);
  }

  private DatagramBatch(byte[] bytes, int capacity, int slotBytes) {
    super(bytes, capacity, slotBytes);
    segmentSize = new int[capacity];
    remoteHi = new long[capacity];
    remoteLo = new long[capacity];
    remotePort = new int[capacity];
    localHi = new long[capacity];
    localLo = new long[capacity];
    interfaceIndex = new int[capacity];
    ecn = new byte[capacity];
    refused = new int[capacity];
  }

  /** A batch for sending payloads that lie in the caller's array; it has no slots. */
  public static DatagramBatch over(byte[] array, int capacity) {
    return new DatagramBatch(array, capacity, 0);
  }

  /**
   * Appends one datagram: no addresses, no interface, Not-ECT.
   *
   * @return its index
   * @throws IndexOutOfBoundsException if the batch is full or the range is not in the array
   */
  @Override
  public int add(int off, int len) {
    int i = super.add(off, len);
    segmentSize[i] = 0;
    remoteHi[i] = 0;
    remoteLo[i] = 0;
    remotePort[i] = 0;
    localHi[i] = 0;
    localLo[i] = 0;
    interfaceIndex[i] = 0;
    ecn[i] = 0;
    refused[i] = 0;
    anyRefused &= i > 0;
    return i;
  }

  /**
   * Sets the other host's address.
   *
   * @param port 1..65535
   */
  public void remote(int i, long hi, long lo, int port) {
    remoteHi[check(i)] = hi;
    remoteLo[i] = lo;
    remotePort[i] = port;
  }

  /** Sets this host's address. */
  public void local(int i, long hi, long lo) {
    localHi[check(i)] = hi;
    localLo[i] = lo;
  }

  /** Sets the ECN bits of the IP header; all but the last two are ignored. */
  public void ecn(int i, int bits) {
    ecn[check(i)] = (byte) (bits & 3);
  }

  /** Bytes of each datagram of entry {@code i} but the last; 0 = the entry is one datagram. */
  public int segmentSize(int i) {
    return segmentSize[check(i)];
  }

  /** Makes entry {@code i} a run of datagrams of this size; 0 = one datagram. */
  public void segmentSize(int i, int size) {
    segmentSize[check(i)] = size;
  }

  /** Upper half of the other host's address, with the zone if it is link-local: {@link Zone}. */
  public long remoteHi(int i) {
    return remoteHi[check(i)];
  }

  /** Lower half of the other host's address. */
  public long remoteLo(int i) {
    return remoteLo[check(i)];
  }

  /** The other host's port. */
  public int remotePort(int i) {
    return remotePort[check(i)];
  }

  /** Upper half of this host's address, with the zone if it is link-local: {@link Zone}. */
  public long localHi(int i) {
    return localHi[check(i)];
  }

  /** Lower half of this host's address. */
  public long localLo(int i) {
    return localLo[check(i)];
  }

  /** The interface it came in by, or must leave by; 0 = the routing table decides. */
  public int interfaceIndex(int i) {
    return interfaceIndex[check(i)];
  }

  /** Sets the interface that entry {@code i} came in by, or must leave by. */
  public void interfaceIndex(int i, int index) {
    interfaceIndex[check(i)] = index;
  }

  /** The two ECN bits of the IP header, 0..3. */
  public int ecn(int i) {
    return ecn[check(i)];
  }

  /**
   * Appends a datagram to entry {@code i}, whose bytes it follows: the entry becomes a run. It is
   * not longer than the others, and no other follows one that is shorter.
   */
  @Override
  public void extend(int i, int more) {
    if (segmentSize[check(i)] == 0) {
      segmentSize[i] = length(i);
    }
    super.extend(i, more);
  }

  /** The kernel has refused to send entry {@code i}, or datagrams of it. */
  public void refuse(int i, int errno) {
    refused[check(i)] = errno;
    anyRefused = true;
  }

  /** Why entry {@code i} was refused last; 0 if it was not. */
  public int refused(int i) {
    return refused[check(i)];
  }

  /** Whether any entry was refused. */
  public boolean anyRefused() {
    return anyRefused;
  }

  /** Drops the first bytes of entry {@code i}, which have been sent. */
  public void skip(int i, int sent) {
    cut(i, sent);
  }
}
