// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.util.Arrays;
import org.ipae.tun.Errno;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;

/**
 * Tells control of its own datagrams, and of those of sessions, that the kernel has refused to
 * send; of the answers to strangers nothing. One out thread.
 */
final class Refusals {
  /** Least time between two notices of DATA, nanoseconds: a session may send a million a second. */
  private static final long PAUSE = 100_000_000;

  private final Notices notices;
  private boolean told;
  private long toldAt;

  Refusals(Notices notices) {
    this.notices = notices;
  }

  /** Looks at what was refused of a batch. */
  void of(DatagramBatch batch) {
    for (int i = 0; i < batch.count(); i++) {
      int errno = batch.refused(i);
      if (errno == 0 || errno == Errno.EMSGSIZE || Errno.passes(errno) || !concerns(batch, i)) {
        continue;
      }
      int from = batch.offset(i);
      int bytes = batch.segmentSize(i) > 0 ? batch.segmentSize(i) : batch.length(i);
      notices.offer(
          new Notice.SendRefused(
              Arrays.copyOfRange(batch.bytes(), from, from + bytes),
              new Endpoint(batch.remoteHi(i), batch.remoteLo(i), batch.remotePort(i)),
              Errno.name(errno),
              !Errno.fromNetwork(errno)));
    }
  }

  private boolean concerns(DatagramBatch batch, int i) {
    int at = batch.offset(i);
    if (!Codec.isData(batch.bytes(), at, batch.length(i))) {
      return switch (batch.bytes()[at]) {
        case MessageType.COOKIE_REQUEST, MessageType.INIT, MessageType.INIT_PART -> true;
        default -> false;
      };
    }
    long now = System.nanoTime();
    if (told && now - toldAt < PAUSE) {
      return false;
    }
    told = true;
    toldAt = now;
    return true;
  }
}
