package org.ipae.tunnel.association;

import java.util.Arrays;
import org.ipae.crypto.ConstantTime;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * A PATH_CHALLENGE that waits for its answer.
 *
 * @param path the path in question
 * @param token what the answer must repeat
 * @param sentAt milliseconds
 * @param idIndex the own connection id that the challenge was sent under
 * @param moves whether the answer moves the session to the path
 */
record PathProbe(Path path, byte[] token, long sentAt, int idIndex, boolean moves) {
  /** Least time between two challenges to one path, milliseconds. */
  static final long PAUSE = 300;

  /** Bytes of a challenge without padding: no smaller datagram draws one. */
  static final int DATAGRAM = Sizes.DATA_OVERHEAD + Sizes.ITEM_HEADER + Item.PATH_TOKEN;

  boolean answeredBy(byte[] value) {
    return value.length == Item.PATH_TOKEN
        && ConstantTime.equal(value, 0, token, 0, Item.PATH_TOKEN);
  }

  byte[] challenge() {
    return Item.of(Item.PATH_CHALLENGE, Arrays.copyOf(token, token.length));
  }
}
