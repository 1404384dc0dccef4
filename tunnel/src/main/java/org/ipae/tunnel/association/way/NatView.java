// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import java.util.function.IntSupplier;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Our address as the peer sees it, and whether a NAT stands between. PROTOCOL.md 9.9. */
public final class NatView {
  private final IntSupplier listenPort;
  private @Nullable Endpoint observed;
  private boolean nat;

  /**
   * @param listenPort the UDP port that this host listens on
   */
  public NatView(IntSupplier listenPort) {
    this.listenPort = listenPort;
  }

  /** Our address as the peer sees it, null if it has not told. */
  public @Nullable Endpoint observed() {
    return observed;
  }

  /** Whether a NAT stands between. */
  public boolean nat() {
    return nat;
  }

  /** The peer tells what it sees; it has told over {@code path}. */
  public void observed(Endpoint seen, Path path) {
    observed = seen;
    nat = !seen.sameAddress(path.local().withoutZone()) || seen.port() != listenPort.getAsInt();
  }
}
