// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import org.ipae.crypto.PublicKey;

/**
 * One static key of a peer.
 *
 * @param until when it is good no longer, milliseconds of {@link Moment}; {@link #NO_END} for never
 */
public record PeerKey(PublicKey key, Origin origin, long until) {
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
  public static PeerKey published(PublicKey key, long until) {
    return new PeerKey(key, Origin.PUBLISHED, until);
  }

  /** A key of the configuration. */
  public static PeerKey pinned(PublicKey key) {
    return new PeerKey(key, Origin.PINNED, NO_END);
  }
}
