// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import java.util.List;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Split;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.wire.Path;

/** Both ends of a session, as a handshake makes them. */
public record SessionPair(Session initiator, Session responder) {

  public static SessionPair make(long seed, Suite suite) {
    return make(seed, suite, 1);
  }

  public static SessionPair make(long seed, Suite suite, int lanes) {
    SimEntropy entropy = new SimEntropy(seed);
    X25519KeyPair a = X25519KeyPair.generate(entropy);
    X25519KeyPair b = X25519KeyPair.generate(entropy);
    String name = Suite.X25519_AES256GCM.noiseName();
    List<Secret> psk = List.of(Secret.take(new byte[32]));
    HandshakeState i =
        new HandshakeState(name, true, new byte[0], a, null, b.publicKey(), psk, entropy);
    HandshakeState r = new HandshakeState(name, false, new byte[0], b, null, null, psk, entropy);
    byte[] wire = new byte[256];
    int n = i.writeMessage(new byte[0], wire, 0);
    r.readMessage(wire, 0, n, new byte[16], 0);
    n = r.writeMessage(new byte[0], wire, 0);
    i.readMessage(wire, 0, n, new byte[16], 0);
    byte[] ephemeral = i.ephemeralPublic().clone();
    return new SessionPair(
        session(seed, suite, true, PublicKey.of(b.publicKey()), ephemeral, i.split(), 2, lanes),
        session(seed, suite, false, PublicKey.of(a.publicKey()), ephemeral, r.split(), 1, lanes));
  }

  private static Session session(
      long id,
      Suite suite,
      boolean initiator,
      PublicKey remote,
      byte[] ephemeral,
      Split split,
      int to,
      int lanes) {
    Session.Facts facts =
        new Session.Facts(id, 0, suite, initiator, remote, ephemeral, lanes, 1_000);
    return new Session(facts, Path.to(Lab.endpoint(to, false)), split);
  }
}
