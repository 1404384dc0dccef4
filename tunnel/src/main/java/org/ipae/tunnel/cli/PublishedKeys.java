// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.rotation.host.RotationFile;

/**
 * The keys of this host that DNS is to have.
 *
 * @param gone those that it is to have no longer
 */
record PublishedKeys(List<PublicKey> keys, List<PublicKey> gone) {
  static PublishedKeys of(Config config) throws IOException {
    Rotation r =
        new RotationFile(config.stateDir(), BootClock.bootId(), BootClock::millis)
            .load()
            .rotation();
    return r == null
        ? new PublishedKeys(List.of(config.key()), List.of())
        : new PublishedKeys(r.published(), r.withdrawn());
  }
}
