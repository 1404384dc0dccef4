// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/**
 * Waits until a descriptor can be read, or until somebody wakes it. One thread waits; any thread
 * wakes.
 */
public final class Poller implements AutoCloseable {
  private int count;
  private final int event;
  private final Arena arena = Arena.ofShared();
  private MemorySegment descriptors = MemorySegment.NULL;
  private final MemorySegment timeout;
  private final MemorySegment eventValue;
  // True from a wake until the await that notices it: further wakes cost no system call.
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean closed; // set under this

  /**
   * Watches descriptors for readability; a negative one is never ready.
   *
   * @throws OsException if the kernel gives no eventfd
   */
  public Poller(int... watched) throws OsException {
    event = Libc.eventfd(0, Abi.EFD_NONBLOCK | Abi.EFD_CLOEXEC);
    if (event < 0) {
      throw new OsException("eventfd", Libc.errno());
    }
    timeout = arena.allocate(Abi.SIZEOF_TIMESPEC, 8);
    eventValue = arena.allocate(8, 8);
    watch(watched);
  }

  /** Watches these descriptors instead; none is ready before the next {@link #await}. */
  public void watch(int... watched) {
    count = watched.length;
    long size = (count + 1L) * Abi.SIZEOF_POLLFD;
    if (descriptors.byteSize() < size) {
      descriptors = arena.allocate(size, 8);
    }
    descriptors.fill((byte) 0);
    for (int i = 0; i <= count; i++) {
      long at = (long) i * Abi.SIZEOF_POLLFD;
      descriptors.set(Abi.H32, at + Abi.POLLFD_FD, i < count ? watched[i] : event);
      descriptors.set(Abi.H16, at + Abi.POLLFD_EVENTS, (short) Abi.POLLIN);
    }
  }

  /**
   * Waits until a descriptor is ready, somebody wakes this, or the time is over. May return early.
   * A wake that came before makes it return at once.
   *
   * @param timeoutNanos nanoseconds; 0 = only look, negative = forever
   * @return whether something is ready or a wake was noticed
   * @throws IOException if the poller is closed
   */
  public boolean await(long timeoutNanos) throws IOException {
    if (closed) {
      throw new OsException("ppoll", Errno.EBADF);
    }
    long time = 0;
    if (timeoutNanos >= 0) {
      timeout.set(Abi.H64, Abi.TV_SEC, timeoutNanos / 1_000_000_000L);
      timeout.set(Abi.H64, Abi.TV_NSEC, timeoutNanos % 1_000_000_000L);
      time = timeout.address();
    }
    int ready = Libc.ppoll(descriptors.address(), count + 1L, time, 0);
    if (ready < 0) {
      int errno = Libc.errno();
      if (errno != Errno.EINTR) {
        throw new OsException("ppoll", errno);
      }
      for (int i = 0; i <= count; i++) {
        descriptors.set(Abi.H16, (long) i * Abi.SIZEOF_POLLFD + Abi.POLLFD_REVENTS, (short) 0);
      }
      return false;
    }
    if (events(count) != 0) {
      Libc.eventfd_read(event, eventValue.address());
      // A read-modify-write: what a collapsed wake published before it is visible after this.
      woken.getAndSet(false);
    }
    return ready > 0;
  }

  /**
   * Whether the descriptor at this position of the list was ready in the last {@link #await}: to be
   * read, hung up, or with an error to collect.
   */
  public boolean ready(int position) {
    return events(Objects.checkIndex(position, count)) != 0;
  }

  /** Whether the descriptor has an error to collect. */
  public boolean failed(int position) {
    int bad = Abi.POLLERR | Abi.POLLNVAL;
    return (events(Objects.checkIndex(position, count)) & bad) != 0;
  }

  private int events(int position) {
    return descriptors.get(Abi.H16, (long) position * Abi.SIZEOF_POLLFD + Abi.POLLFD_REVENTS);
  }

  /** Makes the current or the next {@link #await} return. Many wakes count as one. Any thread. */
  public void wake() {
    if (woken.getAndSet(true)) {
      return;
    }
    synchronized (this) {
      if (!closed) {
        // Cannot fail: the counter is far from its limit.
        Libc.eventfd_write(event, 1);
      }
    }
  }

  /** Only after the waiting thread ended. Wakes that come later do nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(event);
      arena.close();
    }
  }
}
