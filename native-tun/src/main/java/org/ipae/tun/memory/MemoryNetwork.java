package org.ipae.tun.memory;

import java.util.HashMap;
import java.util.Map;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.jspecify.annotations.Nullable;

/**
 * A network in this process: sockets are bound to an address and a port, and a datagram sent is at
 * once in the receiver's queue. Any thread.
 */
public final class MemoryNetwork {
  private static final int FIRST_FREE_PORT = 49_152;

  private final Map<Endpoint, MemoryUdp> sockets = new HashMap<>();
  private final int queueDatagrams;
  private final int maxPayload;
  private long lost;

  /** Queues of 1,024 datagrams, payloads of up to 65,507 bytes. */
  public MemoryNetwork() {
    this(1024, 65_507);
  }

  /**
   * A network with limits.
   *
   * @param queueDatagrams most datagrams that wait at one socket; more are dropped
   * @param maxPayload most bytes of a datagram; sending a longer one is EMSGSIZE
   */
  public MemoryNetwork(int queueDatagrams, int maxPayload) {
    this.queueDatagrams = queueDatagrams;
    this.maxPayload = maxPayload;
  }

  /**
   * A socket at an address, in two big-endian longs, IPv4 as {@code ::ffff:a.b.c.d}.
   *
   * @param port 0 = a free one
   * @throws OsException EADDRINUSE
   */
  public synchronized MemoryUdp bind(long hi, long lo, int port) throws OsException {
    int chosen = port;
    if (port == 0) {
      chosen = FIRST_FREE_PORT;
      while (sockets.containsKey(new Endpoint(hi, lo, chosen))) {
        chosen++;
      }
    }
    Endpoint at = new Endpoint(hi, lo, chosen);
    if (chosen > 65_535 || sockets.containsKey(at)) {
      throw new OsException("bind " + at, Errno.EADDRINUSE);
    }
    MemoryUdp socket = new MemoryUdp(this, at, queueDatagrams);
    sockets.put(at, socket);
    return socket;
  }

  /** Datagrams sent to where no socket was, since the start. */
  public synchronized long lost() {
    return lost;
  }

  int maxPayload() {
    return maxPayload;
  }

  synchronized @Nullable MemoryUdp at(long hi, long lo, int port) {
    MemoryUdp socket = sockets.get(new Endpoint(hi, lo, port));
    if (socket == null) {
      lost++;
    }
    return socket;
  }

  synchronized void release(Endpoint at) {
    sockets.remove(at);
  }

  /** Where a socket is bound. */
  record Endpoint(long hi, long lo, int port) {
    boolean ipv4() {
      return hi == 0 && lo >>> 32 == 0xffff;
    }
  }
}
