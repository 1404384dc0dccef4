// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

import java.util.List;
import org.ipae.tunnel.routing.FlowHash;

/**
 * A prefix behind several gateways. Control says which of them carry it now; each flow stays with
 * one of these.
 */
public final class SharedHop implements Hop {
  private final List<PeerLink> all;
  private volatile PeerLink[] carriers;

  /**
   * @param all that have the prefix, at least one; the first carries it until {@link #carry}
   */
  public SharedHop(List<PeerLink> all) {
    this.all = List.copyOf(all);
    carriers = new PeerLink[] {all.getFirst()};
  }

  /** These carry it from now on, at least one. */
  public void carry(List<PeerLink> now) {
    carriers = now.toArray(PeerLink[]::new);
  }

  @Override
  public PeerLink pick(byte[] b, int off, int len) {
    PeerLink[] now = carriers;
    return now.length == 1 ? now[0] : now[Math.floorMod(FlowHash.of(b, off, len), now.length)];
  }

  @Override
  public boolean has(PeerLink peer) {
    return all.contains(peer);
  }
}
