// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.crypto.ConstantTime;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * An INIT under way: what was sent, where to, and the early data behind it. Repeated byte for byte.
 *
 * @param own the key of this host that calls
 * @param path where the INIT went
 * @param maxDatagram largest UDP payload of the path
 * @param early null if no data may go early
 */
record Exchange(
    Initiator initiator, HostIdentity own, Path path, int maxDatagram, @Nullable EarlySender early)
    implements AutoCloseable {

  /** Sends the INIT, in two parts if it does not fit or {@code inParts}. */
  void send(Effects effects, boolean inParts) {
    boolean tooBig = initiator.init().length > maxDatagram;
    if ((inParts || tooBig) && initiator.parts().length > 0) {
      for (byte[] part : initiator.parts()) {
        effects.datagram(path, part);
      }
    } else {
      effects.datagram(path, initiator.init());
    }
  }

  /** Sends the INIT and its early data again. */
  void repeat(Effects effects, boolean inParts) {
    send(effects, inParts);
    if (early != null) {
      early.repeat();
    }
  }

  /**
   * Returns the path of the session that a RESP makes: anyone who relays a RESP from elsewhere must
   * not draw traffic there.
   */
  Path sessionPath(Path answered) {
    return new Path(path.remote(), answered.localHi(), answered.localLo(), path.port());
  }

  int id() {
    return initiator.id();
  }

  /** The first 8 bytes of what a COOKIE_RESPONSE to this INIT repeats. */
  long echoStart() {
    return BigEndian.u64(initiator.init(), Init.NOISE);
  }

  /** Whether it carries the cookie and names the suites of this COOKIE_RESPONSE. */
  boolean madeFor(CookieResponse response) {
    return initiator.wish().suitesSeen() == response.suites()
        && ConstantTime.equal(
            initiator.init(), Init.TAG, response.bytes(), CookieResponse.TAG, Sizes.COOKIE_TAG);
  }

  @Override
  public void close() {
    initiator.close();
    if (early != null) {
      early.close();
    }
  }
}
