// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

/** What the strangers send. */
public enum Kind {
  /** INITs that pass the cookie and open; nobody has configured the keys of their senders. */
  INITS,
  /** The same of one key, which may be configured: {@link Flood#peerKey}. */
  PEER_INITS,
  /** First parts of such INITs, whose second parts never come. */
  INIT_PARTS,
  /** COOKIE_REQUESTs with a right mac1. */
  COOKIE_REQUESTS,
  /** DATA of ids that nobody has. */
  UNKNOWN_IDS
}
