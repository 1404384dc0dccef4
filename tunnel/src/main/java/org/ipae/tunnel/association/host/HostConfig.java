// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.peer.Timing;

/**
 * What control needs to know of its own host.
 *
 * @param key the host's key pair; stays the caller's
 * @param virtualHosts names that INITs may select
 * @param suites accepted and offered, best first
 * @param listenPort UDP port, to see whether a NAT stands between
 * @param lanes wished for a session, 1..16
 * @param cookieTtl lifetime of cookies, milliseconds
 * @param tellsInnerMtu whether inner senders are told what the path carries; otherwise larger
 *     packets are cut without a word
 * @param budget memory of handshakes that have not made a session
 */
public record HostConfig(
    X25519KeyPair key,
    List<String> virtualHosts,
    List<Suite> suites,
    int listenPort,
    int lanes,
    long cookieTtl,
    Timing timing,
    boolean tellsInnerMtu,
    HandshakeBudget budget) {

  public HostConfig {
    virtualHosts = List.copyOf(virtualHosts);
    suites = List.copyOf(suites);
  }

  /** The suites as bits on the wire. */
  public int suiteBits() {
    return suites.stream().mapToInt(Suite::bit).reduce(0, (a, b) -> a | b);
  }
}
