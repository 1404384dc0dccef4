package org.ipae.tunnel.wire;

/**
 * Where datagrams go, and from which of our addresses.
 *
 * @param remote the other end
 * @param localHi our address as in {@link Endpoint}; both halves 0 lets the kernel choose
 * @param localLo its second half
 */
public record Path(Endpoint remote, long localHi, long localLo) {

  /** A path whose local address the kernel chooses. */
  public static Path to(Endpoint remote) {
    return new Path(remote, 0, 0);
  }

  public boolean sameLocal(Path other) {
    return localHi == other.localHi && localLo == other.localLo;
  }
}
