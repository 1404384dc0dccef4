// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;

/** What packet threads tell control: changes only, never a packet of a working session. */
public sealed interface Notice {

  /** A datagram that is not DATA; the bytes are a copy. */
  record Datagram(byte[] bytes, Path path) implements Notice {}

  /** DATA under an id that is not registered. */
  record UnknownId(long id, Path path) implements Notice {}

  /** An inner packet for a peer that has no channel; the bytes are a copy. */
  record Waiting(PeerLink peer, byte[] packet) implements Notice {}

  /** The first authentic packet of a session: the peer has its keys. */
  record Confirmed(Session session, Path path) implements Notice {}

  /** The newest packet of a lane came from, or to, another address than before. */
  record Moved(ReceiveLane lane, Path path, int bytes) implements Notice {}

  /** A datagram of a lane above 0 came a second time, from elsewhere than the first. */
  record Copied(ReceiveLane lane) implements Notice {}

  /** The first authentic packet on connection id {@code index} of a lane. */
  record NewId(ReceiveLane lane, int index) implements Notice {}

  /** The first datagram in or out after a while without any: timers are looked at more often. */
  record Awake(Session session) implements Notice {}

  /** The lane of early data opens no more. */
  record EarlyOver(ReceiveLane lane) implements Notice {}

  /**
   * A datagram to this address was larger than {@code mtu}, according to this host's kernel ({@code
   * local}) or to the network.
   */
  record TooBig(Endpoint remote, int mtu, boolean local) implements Notice {}

  /**
   * This host's kernel has refused to send a datagram, whose bytes are a copy. EMSGSIZE is {@link
   * TooBig}.
   *
   * @param error the C name of the error
   * @param sure false if the network may have caused it, by answering an earlier datagram
   */
  record SendRefused(byte[] datagram, Endpoint to, String error, boolean sure) implements Notice {}

  /** An item for control; it came over {@code path}. */
  record ItemCame(Session session, Item item, Path path) implements Notice {}
}
