// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.ItemLengths;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * A PATH_CHALLENGE that waits for its answer.
 *
 * @param path the path in question
 * @param token what the answer must repeat
 * @param sentAt milliseconds
 * @param idIndex the own connection id that the challenge was sent under
 * @param moves whether the answer moves the lane to the path
 */
record Challenge(Path path, long token, long sentAt, int idIndex, boolean moves) {
  /** Least time between two challenges to one path, milliseconds. */
  static final long PAUSE = 300;

  /** Bytes of a challenge without padding: no smaller datagram draws one. */
  static final int DATAGRAM = Sizes.DATA_OVERHEAD + Sizes.ITEM_HEADER + ItemLengths.PATH_TOKEN;

  /** Whether a challenge to {@code other} would repeat this one too soon. */
  boolean covers(Moment now, Path other) {
    return path.remote().equals(other.remote()) && now.millis() - sentAt < PAUSE;
  }
}
