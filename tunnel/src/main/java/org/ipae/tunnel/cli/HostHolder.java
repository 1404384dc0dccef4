// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import org.ipae.tun.Capabilities;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Hold;
import org.ipae.tunnel.node.Holding;

/** That of the kernel. */
final class HostHolder implements Holder {
  @Override
  public Hold.Outcome lay(Config config) throws IOException {
    needNetAdmin();
    return Holding.lay(config);
  }

  @Override
  public void release(Config config) throws IOException {
    needNetAdmin();
    Holding.release(config);
  }

  private static void needNetAdmin() throws IOException {
    if (!Capabilities.netAdmin()) {
      throw new IOException("no CAP_NET_ADMIN: routes cannot be set; run this as root");
    }
  }
}
