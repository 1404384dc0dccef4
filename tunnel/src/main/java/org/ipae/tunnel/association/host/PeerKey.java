// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import org.ipae.crypto.PublicKey;

/**
 * One static key of a peer.
 *
 * @param until when it is good no longer, milliseconds of {@link Moment}; {@link #NO_END} for never
 * @param gateway which of the hosts of one name has it: equal for keys of one host
 * @param priority that of its host among those of the name, the lowest first
 */
public record PeerKey(PublicKey key, Origin origin, long until, int gateway, int priority) {
  /** The end of a key that has none. */
  public static final long NO_END = Long.MAX_VALUE;

  /** Where a key comes from. */
  public enum Origin {
    /** Written in the configuration. */
    PINNED,
    /** In DNS, signed: PROTOCOL.md section 16. */
    PUBLISHED
  }

  /** A key that DNS has until then, milliseconds of {@link Moment}. */
  public static PeerKey published(PublicKey key, long until, int gateway, int priority) {
    return new PeerKey(key, Origin.PUBLISHED, until, gateway, priority);
  }

  /** A key of the configuration. */
  public static PeerKey pinned(PublicKey key) {
    return new PeerKey(key, Origin.PINNED, NO_END, 0, 0);
  }

  /** Whether a host that has a session with the holder of this key keeps to it. [SS-28] */
  public boolean keepsFrom(PeerKey other) {
    return gateway != other.gateway && priority <= other.priority;
  }
}
