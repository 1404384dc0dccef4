package org.ipae.tunnel.association;

import org.ipae.tunnel.engine.SendChannel;

/** How the parts of an association speak to its peer. */
interface Voice {

  /** How to send on lane 0 of a session now. */
  SendChannel channel(SessionSet.Held held);

  /** Sends an item on a session. */
  void say(SessionSet.Held held, byte[] item);
}
