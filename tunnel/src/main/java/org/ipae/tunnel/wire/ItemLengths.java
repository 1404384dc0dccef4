// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.List;

/**
 * How many bytes the value of an item has, a row for each known type. Nothing else judges lengths.
 * PROTOCOL.md section 9.
 */
public final class ItemLengths {
  static final int PING = 9;
  static final int FEEDBACK = 17;
  static final int HANDSHAKE_HEADER = 5;
  static final int COOKIES_HEADER = 2;
  static final int COOKIE = Sizes.COOKIE_TAG + Sizes.COOKIE_KEY + 4;
  static final int CLOSE = 1;

  /** The token of PATH_CHALLENGE and PATH_RESPONSE. */
  public static final int PATH_TOKEN = 8;

  static final int PATH_MTU = 7;
  static final int FRAGMENT_HEADER = Sizes.FRAGMENT_OVERHEAD - Sizes.ITEM_HEADER;
  static final int OBSERVED_ADDRESS = 18;
  static final int EARLY = 11;
  static final int KEEP_OPEN = 1;

  /** Noise messages 1 and 2 of an exchange, hybrid and classical: those of INIT and RESP. */
  private static final List<Integer> NOISE =
      List.of(
          Sizes.INIT_HYBRID - Sizes.INIT_HEAD - Sizes.INIT_MACS,
          Sizes.INIT_CLASSICAL - Sizes.INIT_HEAD - Sizes.INIT_MACS,
          Sizes.RESP_HYBRID - Sizes.RESP_HEAD - Sizes.TAG,
          Sizes.RESP_CLASSICAL - Sizes.RESP_HEAD - Sizes.TAG);

  /**
   * @param fixed bytes that are always there
   * @param piece bytes of what follows once or more often, 0 if nothing does
   * @param rest lengths that what follows may have instead
   */
  private record Row(int type, int fixed, int piece, List<Integer> rest) {
    Row(int type, int fixed) {
      this(type, fixed, 0, List.of(0));
    }

    Row(int type, int fixed, int piece) {
      this(type, fixed, piece, List.of());
    }

    boolean fits(int length) {
      int more = length - fixed;
      return piece == 0 ? rest.contains(more) : more > 0 && more % piece == 0;
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row(Item.PING, PING),
          new Row(Item.FEEDBACK, FEEDBACK),
          new Row(Item.HANDSHAKE, HANDSHAKE_HEADER, 0, NOISE),
          new Row(Item.COOKIES, COOKIES_HEADER, COOKIE),
          new Row(Item.CLOSE, CLOSE),
          new Row(Item.PATH_CHALLENGE, PATH_TOKEN),
          new Row(Item.PATH_RESPONSE, PATH_TOKEN),
          new Row(Item.PATH_MTU, PATH_MTU),
          new Row(Item.FRAGMENT, FRAGMENT_HEADER, 1),
          new Row(Item.OBSERVED_ADDRESS, OBSERVED_ADDRESS),
          new Row(Item.EARLY, EARLY),
          new Row(Item.KEEP_OPEN, KEEP_OPEN));

  private ItemLengths() {}

  /** Whether the value of an item of this type may have so many bytes; false for unknown types. */
  public static boolean fit(int type, int length) {
    for (Row r : ROWS) {
      if (r.type == type) {
        return r.fits(length);
      }
    }
    return false;
  }

  /** Whether there are items of this type. */
  static boolean known(int type) {
    return ROWS.stream().anyMatch(r -> r.type == type);
  }
}
