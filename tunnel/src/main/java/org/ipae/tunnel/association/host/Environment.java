// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import org.ipae.crypto.Entropy;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.link.SharedState;

/**
 * What every association of a host needs.
 *
 * @param awaited which peer an answer that comes is for
 * @param addresses which peers are reached at an address
 * @param unconfirmed how many sessions wait for their first packet
 */
public record Environment(
    Moment startedAt,
    Settings settings,
    HostKeys keys,
    CookieGate gate,
    SharedState shared,
    Effects effects,
    Entropy entropy,
    Awaited awaited,
    PeerAddresses addresses,
    Unconfirmed unconfirmed) {

  /** What every association of a host that starts now needs. */
  public static Environment start(
      Moment now,
      HostConfig host,
      HostKeys keys,
      CookieGate gate,
      SharedState shared,
      Effects effects,
      Entropy entropy) {
    return new Environment(
        now,
        new Settings(host),
        keys,
        gate,
        shared,
        effects,
        entropy,
        new Awaited(),
        new PeerAddresses(),
        new Unconfirmed(host.budget().sessions()));
  }

  /** What holds of the host now. */
  public HostConfig host() {
    return settings.now;
  }

  /** This holds from now on; keys, lanes, cookies' lifetime and budget stay what they were. */
  public void become(HostConfig next) {
    settings.now = next;
    keys.virtualHosts(next.virtualHosts());
    gate.suites(next.suiteBits());
  }

  /** The only thing that changes. One thread. */
  public static final class Settings {
    private HostConfig now;

    private Settings(HostConfig first) {
      now = first;
    }
  }
}
