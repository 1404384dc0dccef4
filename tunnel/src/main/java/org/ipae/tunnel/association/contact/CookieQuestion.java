// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.Arrays;
import org.ipae.crypto.ConstantTime;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;

/**
 * A COOKIE_REQUEST that waits for its answer.
 *
 * @param bytes the datagram
 * @param to where it is sent
 * @param from which of our ports it leaves, as in {@link Path}
 */
record CookieQuestion(byte[] bytes, Endpoint to, int from) {

  static CookieQuestion of(
      PublicKey responder, int suites, Entropy entropy, Endpoint to, int from) {
    byte[] b = entropy.bytes(Sizes.COOKIE_REQUEST);
    b[0] = MessageType.COOKIE_REQUEST;
    b[1] = MessageType.VERSION;
    BigEndian.u16(b, CookieRequest.SUITES, suites);
    try (Mac1 mac1 = new Mac1(responder)) {
      mac1.write(b, CookieRequest.MAC1, CookieRequest.MAC1);
    }
    return new CookieQuestion(b, to, from);
  }

  void send(Effects effects) {
    effects.datagram(Path.to(to).from(from), bytes);
  }

  boolean answeredBy(CookieResponse r) {
    return ConstantTime.equal(
        r.bytes(), CookieResponse.ECHO, bytes, CookieRequest.CLIENT_COOKIE, Sizes.ECHO);
  }

  /** The first 8 bytes of what the answer repeats. */
  long echoStart() {
    return BigEndian.u64(bytes, CookieRequest.CLIENT_COOKIE);
  }

  /** The cookie of a response; it came in the clear. */
  static Cookie cookie(CookieResponse r) {
    return new Cookie(
        Arrays.copyOfRange(r.bytes(), CookieResponse.TAG, CookieResponse.TAG + Sizes.COOKIE_TAG),
        Secret.copyOf(r.bytes(), CookieResponse.KEY, Sizes.COOKIE_KEY),
        Strength.CLEAR);
  }
}
