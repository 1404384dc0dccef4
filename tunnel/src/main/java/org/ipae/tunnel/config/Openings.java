// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.Prefix;

/** Where packets for peers may leave in the clear, a line each. */
public final class Openings {
  private Openings() {}

  public static List<String> of(Config config) {
    List<String> out = new ArrayList<>();
    for (Config.Peer p : config.peers()) {
      for (Prefix r : p.settings().routes()) {
        if (p.ifDown(r) == IfDown.CLEAR) {
          String why =
              p.ifDown() == null
                  ? ": write if_down = \"reject\" at the peer to hold it shut, and \"clear\" to"
                      + " accept this; shut, this host can be reached only from its own networks"
                  : ", as if_down = \"clear\" says";
          out.add(
              Cidr.of(r)
                  + " of peer "
                  + p.name()
                  + " leaves in the clear while ipae is stopped"
                  + why);
        }
      }
    }
    return out;
  }
}
