// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.wire.Endpoint;

/**
 * A cookie for the next INIT.
 *
 * @param suites bits of the suites that the responder accepts, as heard with it
 * @param receivedAt milliseconds of the clock of {@link Moment}
 * @param remote where the INIT goes
 * @param localHi own address where it was learnt, first half; 0 with {@code localLo} if unknown
 * @param localLo second half
 */
record Candidate(
    Cookie cookie, int suites, long receivedAt, Endpoint remote, long localHi, long localLo)
    implements AutoCloseable {

  /** Milliseconds since it came. */
  long age(Moment now) {
    return now.millis() - receivedAt;
  }

  @Override
  public void close() {
    cookie.key().close();
  }
}
