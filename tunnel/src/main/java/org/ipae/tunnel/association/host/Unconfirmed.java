// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.HashMap;
import java.util.Map;
import org.ipae.tunnel.wire.Endpoint;

/** How many sessions wait for their first packet: of one address, and in all. One thread. */
public final class Unconfirmed {
  private final Map<Endpoint, Integer> byAddress = new HashMap<>();
  private int all;

  /** A session waits. */
  public void add(Endpoint address) {
    byAddress.merge(address.withoutPort(), 1, Integer::sum);
    all++;
  }

  /** A session of {@link #add} waits no longer. */
  public void remove(Endpoint address) {
    byAddress.computeIfPresent(address.withoutPort(), (a, n) -> n == 1 ? null : n - 1);
    all--;
  }

  public int from(Endpoint address) {
    return byAddress.getOrDefault(address.withoutPort(), 0);
  }

  public int all() {
    return all;
  }
}
