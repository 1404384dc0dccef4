// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tunnel.sim.Simulation;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;

/** Every datagram that was sent, in order. */
final class Recording {

  /** One datagram. */
  record Datagram(long at, Endpoint from, Endpoint to, byte[] bytes) {

    boolean isData() {
      return bytes[0] < 0;
    }

    /** {@link MessageType}; 0 for DATA. */
    int type() {
      return isData() ? 0 : bytes[0];
    }
  }

  final List<Datagram> all = new ArrayList<>();

  /** Records from now on. */
  static Recording of(Simulation sim) {
    Recording r = new Recording();
    sim.tap((from, to, bytes) -> {
      r.all.add(new Datagram(sim.now(), from, to, bytes.clone()));
      return bytes;
    });
    return r;
  }

  List<Datagram> ofType(int type) {
    return all.stream().filter(d -> d.type() == type).toList();
  }

  List<Datagram> to(Endpoint to) {
    return all.stream().filter(d -> d.to().equals(to)).toList();
  }

  Datagram first(int type) {
    return ofType(type).getFirst();
  }

  Datagram last(int type) {
    return ofType(type).getLast();
  }
}
