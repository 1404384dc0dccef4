// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

/** Times (milliseconds) and sizes of the handshake. PROTOCOL.md section 10. */
public final class HandshakeLimits {
  /** How long a cookie may be used. */
  public static final long COOKIE_TTL = 4 * 3_600_000L;

  public static final long COOKIE_TTL_MAX = 24 * 3_600_000L;

  /** A new cookie secret is made this often; old ones live for the TTL. */
  public static final long COOKIE_EPOCH = 3_600_000L;

  /** Tolerance of an INIT's age: this and age / {@link #AGE_DRIFT}. */
  public static final long AGE_TOLERANCE = 10_000;

  public static final long AGE_DRIFT = 2_000;

  /** Most entries of the strike register. */
  public static final int STRIKES = 65_536;

  /** Cookie responses a second to one source, and the bucket's depth. */
  public static final int RESPONSES_PER_SOURCE = 10;

  /** Cookie responses a second in all. */
  public static final int RESPONSES_IN_ALL = 50_000;

  /** INITs a second that may cost public-key work: of one source, under one in-tunnel tag. */
  public static final int HANDSHAKES_PER_SOURCE = 20;

  public static final int HANDSHAKES_PER_TAG = 4;

  /** Buckets of a token-bucket table. */
  public static final int BUCKETS = 4_096;

  /** INIT parts kept: of one address, in all; and for how long. */
  public static final int PARTS_PER_ADDRESS = 16;

  public static final int PARTS = 256;
  public static final long PART_LIFE = 2_000;

  /** INITs a second of one peer that are answered. */
  public static final int HANDSHAKES_PER_PEER = 4;

  /** Sessions that are not confirmed yet: of one address, of one peer; and for how long. */
  public static final int UNCONFIRMED_PER_ADDRESS = 16;

  public static final int UNCONFIRMED_PER_PEER = 4;
  public static final long UNCONFIRMED_LIFE = 10_000;

  /** How long packets are sent on such a session, and wait for it before this side calls too. */
  public static final long CALLER_WAIT = 1_000;

  private HandshakeLimits() {}

  /** Tolerance of a claimed age, both in milliseconds. */
  static long tolerance(long age) {
    return AGE_TOLERANCE + age / AGE_DRIFT;
  }
}
