// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.ResponseLimit;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * Tells senders of DATA under unknown connection ids that this host was restarted. PROTOCOL.md
 * section 7.6.
 */
final class UnknownIds {
  /** How long after its start a host answers unknown ids, milliseconds. */
  static final long PERIOD = 600_000;

  static final int PER_SOURCE = 5;
  static final int IN_ALL = 500;

  private final Environment env;
  private final long startedAt;
  private final ResponseLimit limit;

  UnknownIds(Environment env, Moment now) {
    this.env = env;
    startedAt = now.millis();
    limit = new ResponseLimit(PER_SOURCE, IN_ALL, env.entropy());
  }

  /** DATA came under an id that was not registered when it came. */
  void came(Moment now, long id, Path path) {
    if (env.shared().sessions().lookup(id) != null
        || now.millis() - startedAt >= PERIOD
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
