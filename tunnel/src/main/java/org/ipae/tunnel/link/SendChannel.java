// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * How to send to a peer on one lane now: an immutable snapshot that control publishes in {@link
 * PeerLink}.
 *
 * @param session whose keys seal
 * @param lane with which of its lanes
 * @param path where to
 * @param idIndex which connection id of the lane to use
 * @param maxDatagram largest UDP payload of the path
 * @param innerMtu above this an inner packet is refused if its sender can be told; what is not
 *     refused goes as FRAGMENT items
 * @param exact whether this path is meant, and no other while it is undecided where the peer is
 */
public record SendChannel(
    Session session,
    int lane,
    Path path,
    int idIndex,
    int maxDatagram,
    Padding padding,
    int innerMtu,
    boolean exact) {

  /** The usual way. */
  public SendChannel(
      Session session,
      int lane,
      Path path,
      int idIndex,
      int maxDatagram,
      Padding padding,
      int innerMtu) {
    this(session, lane, path, idIndex, maxDatagram, padding, innerMtu, false);
  }

  /** Over exactly this path; refuses nothing. */
  public SendChannel(
      Session session, int lane, Path path, int idIndex, int maxDatagram, Padding padding) {
    this(session, lane, path, idIndex, maxDatagram, padding, Sizes.MAX_INNER, true);
  }

  /** A channel of lane 0 that refuses nothing. */
  public SendChannel(Session session, Path path, int idIndex, int maxDatagram, Padding padding) {
    this(session, 0, path, idIndex, maxDatagram, padding, Sizes.MAX_INNER);
  }

  /** Returns the lane that seals. */
  public SendLane sender() {
    return session.send(lane);
  }

  /**
   * UDP payload bytes that a packet of {@code length} bytes takes at most, alone in its datagram.
   */
  public int cost(int length) {
    if (length <= maxPlain()) {
      return padding.pad(length, maxPlain()) + Sizes.DATA_OVERHEAD;
    }
    int pieces = Math.ceilDiv(length, maxPlain() - Sizes.FRAGMENT_OVERHEAD);
    return pieces * maxDatagram;
  }

  /** Plaintext bytes that fit in a datagram. */
  public int maxPlain() {
    return maxDatagram - Sizes.DATA_OVERHEAD;
  }
}
