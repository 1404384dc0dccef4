// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/**
 * Where datagrams go, and from which of our addresses.
 *
 * @param remote the other end
 * @param localHi our address as in {@link Endpoint}; both halves 0 lets the kernel choose
 * @param localLo its second half
 * @param port which of our ports: 0 is the one that this host listens on, n the one of lane n,
 *     {@link #SPARE} the one for calls that the first has got no answer to
 */
public record Path(Endpoint remote, long localHi, long localLo, int port) {

  /** The port that is used when the one that this host listens on gets no answer. */
  public static final int SPARE = -1;

  /** A path from the port that this host listens on. */
  public Path(Endpoint remote, long localHi, long localLo) {
    this(remote, localHi, localLo, 0);
  }

  /** A path whose local address the kernel chooses. */
  public static Path to(Endpoint remote) {
    return new Path(remote, 0, 0);
  }

  /** The same from another of our ports. */
  public Path from(int ownPort) {
    return new Path(remote, localHi, localLo, ownPort);
  }

  /** Whether our address is known, not left to the kernel. */
  public boolean knowsLocal() {
    return (localHi | localLo) != 0;
  }

  /** Our end, with port 0; an unknown address if the kernel chooses it. */
  public Endpoint local() {
    return new Endpoint(localHi, localLo, 0);
  }

  public boolean sameLocal(Path other) {
    return localHi == other.localHi && localLo == other.localLo;
  }

  /** Whether only ports differ, or an own address that the kernel chooses. */
  public boolean sameAddresses(Path other) {
    return remote.sameAddress(other.remote)
        && (sameLocal(other) || !knowsLocal() || !other.knowsLocal());
  }
}
