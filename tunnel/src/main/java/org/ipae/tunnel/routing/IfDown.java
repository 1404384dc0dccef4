// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

/** What becomes of packets to the networks of a peer while no tunnel takes them. */
public enum IfDown {
  /** They are dropped, and their senders are told by ICMP. */
  REJECT,
  /** They are dropped. */
  DROP,
  /** They go out as if there were no tunnel: in the clear. */
  CLEAR;

  /** Of two for the same prefix the one that tells the outside less. */
  public static IfDown stricter(IfDown one, IfDown other) {
    if (one == DROP || other == DROP) {
      return DROP;
    }
    return one == CLEAR ? other : one;
  }
}
