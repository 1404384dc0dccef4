// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.Map;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.HeldFile;
import org.ipae.tunnel.host.Hold;
import org.ipae.tunnel.host.Policy;

/** Holds the networks of a configuration shut without its daemon, and opens them. */
public final class Holding {
  private Holding() {}

  static HeldFile file(Config config) throws IOException {
    return new HeldFile(config.stateDir(), BootClock.bootId());
  }

  /** Holds shut what the configuration wants to be, and opens what it names no more. */
  public static Hold.Outcome lay(Config config) throws IOException {
    return lay(config, Policies.of(config));
  }

  static Hold.Outcome lay(Config config, Policy policy) throws IOException {
    return Hold.become(policy, config.prefixes(), file(config), config.tun().name());
  }

  /** Opens everything. */
  public static void release(Config config) throws IOException {
    Hold.become(Policies.of(config), Map.of(), file(config), config.tun().name());
  }
}
