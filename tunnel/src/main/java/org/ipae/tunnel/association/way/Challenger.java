// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.way;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.ItemLengths;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/** Sends the PATH_CHALLENGE items of one session. */
final class Challenger {
  private final Environment env;
  private final Session session;

  Challenger(Environment env, Session session) {
    this.env = env;
    this.session = session;
  }

  /** A new token, from the random generator. */
  long token() {
    return BigEndian.u64(env.entropy().bytes(ItemLengths.PATH_TOKEN), 0);
  }

  /**
   * Asks a path to answer, under connection id {@code id} of lane {@code n}.
   *
   * @param usual how to send on lane 0 now
   * @param padding none where the path may be that of a victim
   */
  void ask(int n, Path path, long token, int id, SendChannel usual, Padding padding) {
    env.effects()
        .item(
            new SendChannel(session, n, path, id, maxDatagram(path, usual), padding),
            new Item.PathChallenge(token).encode());
  }

  /** What has been found for lane 0 says nothing of the way between other addresses. */
  static int maxDatagram(Path path, SendChannel usual) {
    return path.sameAddresses(usual.path())
        ? usual.maxDatagram()
        : path.remote().payload(Sizes.MIN_PATH_MTU);
  }
}
