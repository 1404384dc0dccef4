// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.wire.Item;

/** Sends what control has to say on the sessions of one peer. */
public interface Speaker {

  /** How to send on lane 0 of a session now. */
  SendChannel channel(LiveSession live);

  /** Sends an item on lane 0 of a session. */
  void say(LiveSession live, Item item);
}
