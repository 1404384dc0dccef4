// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/** Every size and offset-independent limit of the wire format, in bytes. PROTOCOL.md section 4. */
public final class Sizes {
  public static final int MAC = 8;

  /** mac2 and mac3. */
  public static final int HALF_MAC = MAC / 2;

  public static final int TAG = 16;
  public static final int COOKIE_TAG = 16;
  public static final int COOKIE_KEY = 32;
  public static final int KEY = 32;
  public static final int ECHO = 16;

  public static final int COOKIE_REQUEST = 128;
  public static final int COOKIE_RESPONSE = 76;
  public static final int UNKNOWN_ID = 12;

  /** Bytes 0..27 of an INIT: in the Noise prologue, and the head of both of its parts. */
  public static final int INIT_HEAD = 28;

  /** What mac1 and mac2 of an INIT or INIT_PART cover; of an INIT the head and {@code e}. */
  public static final int INIT_MACS_COVER = INIT_HEAD + KEY;

  public static final int INIT_MACS = MAC + 2 * HALF_MAC;
  public static final int INIT_PAYLOAD = 12;
  public static final int RESP_HEAD = 8;
  public static final int RESP_PAYLOAD = 56;

  public static final int INIT_HYBRID = 1352;
  public static final int INIT_CLASSICAL = 152;
  public static final int RESP_HYBRID = 1232;
  public static final int RESP_CLASSICAL = 128;
  public static final int INIT_PART_BODY = (INIT_HYBRID - INIT_MACS_COVER - INIT_MACS) / 2;
  public static final int INIT_PART = INIT_MACS_COVER + INIT_PART_BODY + INIT_MACS;

  public static final int DATA_HEADER = 12;
  public static final int DATA_OVERHEAD = DATA_HEADER + TAG;
  public static final int ITEM_HEADER = 3;

  /** Fragment item: header, id 4, total 2, offset 2. */
  public static final int FRAGMENT_OVERHEAD = ITEM_HEADER + 8;

  /** The largest IP datagram. */
  public static final int MAX_INNER = 65_535;

  public static final int IPV4_UDP = 20 + 8;
  public static final int IPV6_UDP = 40 + 8;

  /** The smallest outer path on which everything works. */
  public static final int MIN_PATH_MTU = 1280;

  /** UDP payload that passes on every path: over IPv6 at the least. */
  public static final int LEAST_MAX_DATAGRAM = MIN_PATH_MTU - IPV6_UDP;

  private Sizes() {}
}
