// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.host.Hold;
import org.ipae.tunnel.node.Policies;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;

/** Remembers what it was told to hold shut. */
final class FakeHolder implements Holder {
  /** By prefix as written. */
  final Map<String, IfDown> held = new TreeMap<>();

  /** Why it can do nothing; empty = it can. */
  String refuses = "";

  @Override
  public Hold.Outcome lay(Config config) throws IOException {
    refuse();
    held.clear();
    Map<Prefix, IfDown> shut = new HashMap<>(config.prefixes());
    shut.values().removeIf(how -> how == IfDown.CLEAR);
    shut.forEach((p, how) -> held.put(p.toString(), how));
    return new Hold.Outcome(Policies.of(config), shut, Map.of(), true);
  }

  @Override
  public void release(Config config) throws IOException {
    refuse();
    held.clear();
  }

  private void refuse() throws IOException {
    if (!refuses.isEmpty()) {
      throw new IOException(refuses);
    }
  }
}
