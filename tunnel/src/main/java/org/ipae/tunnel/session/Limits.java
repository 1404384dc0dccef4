// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

/** Limits of a session's keys. PROTOCOL.md section 10; AEAD limits after RFC 9001 appendix B. */
public final class Limits {
  /** Packets of one lane after which a rekey is wanted. */
  public static final long REKEY_PACKETS = 1L << 26;

  /** AES blocks of one lane after which a rekey is wanted. */
  public static final long REKEY_BLOCKS = 1L << 33;

  /** Packets of one lane after which nothing more is sent: counters never need 33 bits. */
  public static final long MAX_PACKETS = 1L << 28;

  /** AES blocks of one lane after which nothing more is sent. */
  public static final long MAX_BLOCKS = 1L << 35;

  /** Failed openings of one lane after which its key is dropped (ChaCha20-Poly1305's limit). */
  public static final long MAX_FORGERIES = 1L << 36;

  /** Replay window of a lane in packets (RFC 6479). */
  public static final int REPLAY_WINDOW = 8192;

  /** Lanes of a session. */
  public static final int MAX_LANES = 16;

  /** Connection ids that a receiver knows ahead of the newest one it has seen. */
  public static final int IDS_AHEAD = 2;

  /** Connection ids that a receiver still knows behind it. */
  public static final int IDS_BEHIND = 8;

  private Limits() {}
}
