// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimHost;

/** Labs and real datagrams of every type. */
final class Corpus {
  static final Suite HYBRID = Suite.X25519_MLKEM768_AES256GCM;
  static final Suite CLASSICAL = Suite.X25519_AES256GCM;

  private Corpus() {}

  /** The first peer of a host becomes one that cannot be called. */
  static void passive(SimHost host) {
    host.peers.set(0, host.peers.getFirst().withoutEndpoint().pathMtu(1500));
  }

  /** Host a calls b, which does not call itself; nothing is sent without a packet. */
  static Lab oneSided(long seed) {
    Lab lab = new Lab(seed);
    passive(lab.b);
    return lab;
  }

  /** A session was up, and is over; a has a cookie that it got inside the tunnel. */
  static Lab idleWithCookie(long seed) {
    Lab lab = oneSided(seed);
    lab.up();
    lab.sim.run(300_000 * MS);
    return lab;
  }

  /**
   * What went between a and b: COOKIE_REQUEST, COOKIE_RESPONSE, INIT, RESP, INIT_PART, DATA early
   * and not, UNKNOWN_ID. b is up with a afterwards.
   */
  static List<byte[]> record(Lab lab) {
    Recording r = Recording.of(lab.sim);
    boolean[] whole = {false};
    lab.sim.tap((from, to, b) -> whole[0] && b.length > 1232 ? null : b);
    lab.up();
    lab.b.keepDisk = false;
    Flow flow = Flow.start(lab, 20 * MS);
    lab.sim.run(300 * MS);
    lab.b.kill();
    lab.b.start();
    lab.sim.run(500 * MS);
    lab.b.kill();
    whole[0] = true; // INITs go in parts
    lab.b.start();
    lab.sim.run(5_000 * MS);
    whole[0] = false;
    flow.stop();
    lab.sim.await(20_000 * MS, "up", lab::bothUp);
    List<byte[]> out = new ArrayList<>();
    for (int type = 0; type <= 6; type++) {
      List<Recording.Datagram> of = r.ofType(type);
      if (of.isEmpty()) {
        throw new AssertionError("no datagram of type " + type + "\n" + lab.sim.diagram());
      }
      int most = Math.min(12, of.size());
      of.subList(0, most).forEach(d -> out.add(d.bytes()));
      of.subList(of.size() - most, of.size()).forEach(d -> out.add(d.bytes()));
    }
    return out;
  }
}
