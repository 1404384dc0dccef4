// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/**
 * When, from where and with which ECN bits the datagrams at hand came: an entry of a batch, read
 * once for all of its datagrams. The receiving thread has one and uses it again.
 */
final class Arrival {
  private long now;
  private long remoteHi;
  private long remoteLo;
  private int remotePort;
  private long localHi;
  private long localLo;
  private int ecn;
  private int port;

  /**
   * Reads entry {@code i}.
   *
   * @param time milliseconds
   * @param ownPort as in {@link Path}
   */
  void read(long time, DatagramBatch in, int i, int ownPort) {
    now = time;
    remoteHi = in.remoteHi(i);
    remoteLo = in.remoteLo(i);
    remotePort = in.remotePort(i);
    localHi = in.localHi(i);
    localLo = in.localLo(i);
    ecn = in.ecn(i);
    port = ownPort;
  }

  /** Milliseconds. */
  long now() {
    return now;
  }

  /** The ECN bits of the outer IP header. */
  int ecn() {
    return ecn;
  }

  /** Whether the datagrams came over this path, whichever of our ports it has. */
  boolean cameBy(Path path) {
    Endpoint remote = path.remote();
    return localHi == path.localHi()
        && localLo == path.localLo()
        && remote.lo() == remoteLo
        && remote.hi() == remoteHi
        && remote.port() == remotePort;
  }

  /** The path they came over, as a new object. */
  Path path() {
    return new Path(new Endpoint(remoteHi, remoteLo, remotePort), localHi, localLo, port);
  }
}
