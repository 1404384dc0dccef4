// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.ResponseLimit;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * Tells senders of DATA under unknown connection ids that this host was restarted. PROTOCOL.md
 * section 7.6.
 */
final class UnknownIds {
  /** How long after its start, or after it has got an address, a host answers, milliseconds. */
  static final long PERIOD = 600_000;

  static final int PER_SOURCE = 5;
  static final int IN_ALL = 500;

  /** Own addresses that are remembered. */
  private static final int ADDRESSES = 256;

  private final Environment env;
  private final long startedAt;
  private final ResponseLimit limit;

  /** When own addresses came, port 0: peers may have sessions with another host there. */
  private final Map<Endpoint, Long> gainedAt = new HashMap<>();

  UnknownIds(Environment env, Moment now) {
    this.env = env;
    startedAt = now.millis();
    limit = new ResponseLimit(PER_SOURCE, IN_ALL, env.entropy());
  }

  /**
   * This host has got these addresses, as one that takes another's place does; with port 0. Where
   * they come and go the oldest is forgotten.
   */
  void gained(Moment now, Set<Endpoint> addresses) {
    gainedAt.values().removeIf(at -> now.millis() - at >= PERIOD);
    for (Endpoint a : addresses) {
      if (gainedAt.size() >= ADDRESSES && !gainedAt.containsKey(a)) {
        gainedAt.values().remove(Collections.min(gainedAt.values()));
      }
      gainedAt.put(a, now.millis());
    }
  }

  private boolean answers(Moment now, Path path) {
    if (now.millis() - startedAt < PERIOD) {
      return true;
    }
    Long at = gainedAt.isEmpty() ? null : gainedAt.get(path.local());
    return at != null && now.millis() - at < PERIOD;
  }

  /** DATA came under an id that was not registered when it came. */
  void came(Moment now, long id, Path path) {
    if (env.shared().sessions().lookup(id) != null
        || !answers(now, path)
        || !limit.allows(now.millis(), path.remote())) {
      return;
    }
    byte[] out = env.entropy().bytes(Sizes.UNKNOWN_ID);
    out[0] = MessageType.UNKNOWN_ID;
    out[1] = MessageType.VERSION;
    BigEndian.u64(out, Message.UnknownId.CONNECTION_ID, id);
    env.effects().datagram(path, out);
  }
}
