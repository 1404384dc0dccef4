// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.security.SecureRandom;
import java.util.List;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;

/** A host that answers and one that asks, with the daemon's source of random bytes. */
final class Responding {
  static final int SUITES = 7;
  static final long START = 100_000;

  final Entropy entropy;
  final X25519KeyPair server;
  final X25519KeyPair client;
  final CookieGate gate;

  Responding() {
    SecureRandom random = new SecureRandom();
    entropy =
        (out, offset, length) -> {
          byte[] b = new byte[length];
          random.nextBytes(b);
          System.arraycopy(b, 0, out, offset, length);
        };
    server = X25519KeyPair.generate(entropy);
    client = X25519KeyPair.generate(entropy);
    gate =
        new CookieGate(
            List.of(new HostIdentity(server, List.of())),
            SUITES,
            new CookieMint(START, HandshakeLimits.COOKIE_TTL, entropy),
            new HandshakeBudget(HandshakeLimits.STRIKES, 1 << 20, 1 << 20),
            entropy);
  }

  PublicKey key() {
    return PublicKey.of(server.publicKey());
  }

  byte[] init(Suite suite, Cookie cookie) {
    Initiator.Wish wish = new Initiator.Wish(client, key(), suite, SUITES, 1, "", false);
    try (Initiator initiator = new Initiator(wish, cookie, 0, entropy)) {
      return initiator.init().clone();
    }
  }
}
