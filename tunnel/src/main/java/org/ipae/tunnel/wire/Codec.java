// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.Arrays;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Message.UnknownId;
import org.jspecify.annotations.Nullable;

/** Datagrams to messages: exact length, type and version, or nothing. */
public final class Codec {

  private Codec() {}

  /** Whether a datagram is DATA by its first bit. */
  public static boolean isData(byte[] b, int off, int len) {
    return len > 0 && b[off] < 0;
  }

  /**
   * The message in a datagram; its bytes are copied.
   *
   * @return null if type, version, suite, part index or length is not exactly one that exists
   */
  public static @Nullable Message decode(byte[] b, int off, int len) {
    if (len < Sizes.UNKNOWN_ID || len > Sizes.INIT_HYBRID || b[off + 1] != MessageType.VERSION) {
      return null;
    }
    byte[] m = Arrays.copyOfRange(b, off, off + len);
    return switch (m[0]) {
      case MessageType.COOKIE_REQUEST -> len == Sizes.COOKIE_REQUEST ? new CookieRequest(m) : null;
      case MessageType.COOKIE_RESPONSE ->
          len == Sizes.COOKIE_RESPONSE ? new CookieResponse(m) : null;
      case MessageType.INIT -> init(m);
      case MessageType.RESP ->
          len == Sizes.RESP_HYBRID || len == Sizes.RESP_CLASSICAL ? new Resp(m) : null;
      case MessageType.INIT_PART ->
          len == Sizes.INIT_PART && (m[Init.FLAGS] & 0xfe) == 0 ? new InitPart(m) : null;
      case MessageType.UNKNOWN_ID -> len == Sizes.UNKNOWN_ID ? new UnknownId(m) : null;
      default -> null;
    };
  }

  /** Bytes of an INIT of a suite. */
  public static int initLength(Suite suite) {
    return suite.hybrid() ? Sizes.INIT_HYBRID : Sizes.INIT_CLASSICAL;
  }

  /** Bytes of a RESP of a suite. */
  public static int respLength(Suite suite) {
    return suite.hybrid() ? Sizes.RESP_HYBRID : Sizes.RESP_CLASSICAL;
  }

  private static @Nullable Init init(byte[] m) {
    Suite suite = Suite.byId(m[Init.SUITE]);
    if (suite == null || m.length != initLength(suite) || m[Init.FLAGS] != 0) {
      return null;
    }
    return new Init(m, suite);
  }
}
