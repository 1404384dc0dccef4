// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import org.ipae.crypto.Suite;

/**
 * The handshake datagrams as views of their bytes. {@link Codec} makes them; a view is only made of
 * a datagram whose length, type and version are exact. The array is shared, not copied.
 */
public sealed interface Message {

  /** The whole datagram. */
  byte[] bytes();

  /** COOKIE_REQUEST: type 1, version 1, suites 2, client cookie 16, padding 100, mac1 8. */
  record CookieRequest(byte[] bytes) implements Message {
    public static final int SUITES = 2;
    public static final int CLIENT_COOKIE = 4;
    public static final int PADDING = 20;
    public static final int MAC1 = 120;
  }

  /**
   * COOKIE_RESPONSE: type 1, version 1, suites 2, echo 16, tag 16, key 32, ttl seconds 4, reserved
   * 4.
   */
  record CookieResponse(byte[] bytes) implements Message {
    public static final int SUITES = 2;
    public static final int ECHO = 4;
    public static final int TAG = 20;
    public static final int KEY = 36;
    public static final int TTL = 68;
    public static final int RESERVED = 72;

    public int suites() {
      return BigEndian.u16(bytes, SUITES);
    }

    /** Lifetime of the cookie in seconds. */
    public long ttlSeconds() {
      return BigEndian.u32(bytes, TTL) & 0xffff_ffffL;
    }
  }

  /**
   * INIT: type 1, version 1, suite 1, flags 1, init id 4, cookie tag 16, age 4, Noise message 1,
   * mac1 8, mac2 4, mac3 4.
   */
  record Init(byte[] bytes, Suite suite) implements Message {
    public static final int SUITE = 2;
    public static final int FLAGS = 3;
    public static final int ID = 4;
    public static final int TAG = 8;
    public static final int AGE = 24;
    public static final int NOISE = Sizes.INIT_HEAD;

    public int id() {
      return BigEndian.u32(bytes, ID);
    }

    public int noiseLength() {
      return bytes.length - Sizes.INIT_HEAD - Sizes.INIT_MACS;
    }

    public int mac1() {
      return bytes.length - Sizes.INIT_MACS;
    }
  }

  /**
   * INIT_PART: the head of the INIT with the part index in flags, e, half of the rest, mac1, mac2,
   * mac3.
   */
  record InitPart(byte[] bytes) implements Message {
    public static final int MAC1 = Sizes.INIT_PART - Sizes.INIT_MACS;

    public int id() {
      return BigEndian.u32(bytes, Init.ID);
    }

    /** 0 or 1. */
    public int index() {
      return bytes[Init.FLAGS];
    }
  }

  /** RESP: type 1, version 1, flags 2, init id 4, Noise message 2, vhost tag 16. */
  record Resp(byte[] bytes) implements Message {
    public static final int FLAGS = 2;
    public static final int ID = 4;
    public static final int NOISE = Sizes.RESP_HEAD;

    public int flags() {
      return BigEndian.u16(bytes, FLAGS);
    }

    public int id() {
      return BigEndian.u32(bytes, ID);
    }

    public int noiseLength() {
      return bytes.length - Sizes.RESP_HEAD - Sizes.TAG;
    }

    public int vhostTag() {
      return bytes.length - Sizes.TAG;
    }
  }

  /** UNKNOWN_ID: type 1, version 1, random 2, connection id 8. */
  record UnknownId(byte[] bytes) implements Message {
    public static final int RANDOM = 2;
    public static final int CONNECTION_ID = 4;

    public long connectionId() {
      return BigEndian.u64(bytes, CONNECTION_ID);
    }
  }
}
