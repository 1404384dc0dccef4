// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;

/** A peer that has this host's own key is a mistake. */
final class OwnKey {
  private OwnKey() {}

  static void refuse(Config config, PublicKey own) throws ConfigErrors {
    for (Config.Peer p : config.peers()) {
      if (p.settings().has(own)) {
        throw new ConfigErrors(
            List.of(
                new ConfigError(
                    config.file().toString(),
                    0,
                    0,
                    "the key of peer " + p.name() + " is this host's own key",
                    "use what \"ipae key show\" prints on the peer")));
      }
    }
  }
}
