// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.sim.Flow;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.junit.jupiter.api.Test;

/**
 * Property 1: to an address that has not shown that it receives, no more goes than came from it.
 */
class UnvalidatedAddressTest {
  private static final Endpoint VICTIM = Endpoint.of(new byte[] {(byte) 198, 51, 100, 99}, 9999);

  private static Endpoint somewhere(Random random) {
    byte[] address = new byte[random.nextBoolean() ? 4 : 16];
    random.nextBytes(address);
    if (address.length == 4) {
      address[0] = 100; // neither a nor b
      address[1] &= 3;
      address[2] = 0;
    } else {
      address[0] = 0x20;
    }
    return Endpoint.of(address, 1 + random.nextInt(65_535));
  }

  private static Endpoint host(Endpoint e) {
    return new Endpoint(e.hi(), e.lo(), 0);
  }

  @Test
  void noMoreBytesGoToAnUnvalidatedAddressThanCameFromIt() {
    long seed = 101;
    Lab lab = new Lab(seed);
    List<byte[]> corpus = Corpus.record(lab);
    Random random = new Random(seed);
    Mutator mutator = new Mutator(random, corpus, lab.b.publicKey());
    Map<Endpoint, long[]> balance = new HashMap<>();
    long[] sent = {0};
    lab.sim.tap((from, to, bytes) -> {
      long[] of = balance.get(host(to));
      if (from.equals(lab.b.address) && of != null) {
        of[1] += bytes.length;
        sent[0]++;
      }
      return bytes;
    });
    Endpoint[] pool = new Endpoint[512];
    for (int i = 0; i < pool.length; i++) {
      pool[i] = somewhere(random);
    }
    for (int i = 0; i < Cases.count(); i++) {
      Endpoint source = random.nextInt(4) == 0 ? somewhere(random) : pool[random.nextInt(512)];
      byte[] datagram = mutator.next();
      long[] of = balance.computeIfAbsent(host(source), k -> new long[2]);
      of[0] += datagram.length;
      lab.b.receive(source, lab.b.address, datagram);
      String where = Cases.seed(seed, i);
      assertTrue(of[1] <= of[0], () -> where + ": in " + of[0] + ", out " + of[1]);
      if (i % 8 == 0) {
        lab.sim.run(2 * MS);
      }
    }
    balance.forEach((e, of) -> assertTrue(of[1] <= of[0], () -> e + ": " + of[0] + ", " + of[1]));
    System.out.printf("property 1: %d answers to %d datagrams%n", sent[0], Cases.count());
    assertTrue(sent[0] > Cases.count() / 100, "hardly anything was answered: " + sent[0]);
  }

  /** In and out of the victim, of which one host believes that it is the other. */
  private static long[] balance(Lab lab) {
    long[] of = new long[2];
    lab.sim.tap((from, to, bytes) -> {
      if (to.sameAddress(VICTIM)) {
        of[1] += bytes.length;
      }
      return bytes;
    });
    return of;
  }

  @Test
  void theFirstDataOfASessionSentOnFromElsewhereDrawsNoMoreThanItself() {
    Lab lab = Corpus.oneSided(102);
    long[] of = balance(lab);
    boolean[] diverted = {false};
    boolean[] resp = {false};
    lab.sim.tap((from, to, bytes) -> {
      resp[0] |= bytes[0] == MessageType.RESP;
      if (!resp[0] || bytes[0] >= 0 || !from.equals(lab.a.address)) {
        return bytes;
      }
      if (!diverted[0]) {
        of[0] += bytes.length;
        lab.sim.deliver(VICTIM, to, bytes);
      }
      diverted[0] = true;
      return null; // the originals are held back
    });
    lab.start();
    lab.sim.await(2_000 * MS, "first DATA", () -> diverted[0]);
    for (int i = 0; i < 200; i++) {
      lab.b.lanPacket(Lab.packet(2, 1, i, 1000));
      lab.sim.run(10 * MS);
      assertTrue(of[1] <= of[0], () -> "in " + of[0] + " out " + of[1] + lab.sim.diagram());
    }
    assertTrue(of[0] > 0);
  }

  @Test
  void laterDataSentOnFromElsewhereDrawsNoMoreThanItself() {
    for (Padding padding : Padding.values()) {
      Lab lab = new Lab(103);
      lab.a.peers.set(0, lab.a.peers.getFirst().padding(Padding.NONE).pathMtu(1500));
      lab.b.peers.set(0, lab.b.peers.getFirst().padding(padding).pathMtu(1500));
      lab.up();
      lab.sim.run(1_000 * MS);
      long[] of = balance(lab);
      boolean[] divert = {true};
      lab.sim.tap((from, to, bytes) -> {
        if (!divert[0] || bytes[0] >= 0 || !from.equals(lab.a.address)) {
          return bytes;
        }
        of[0] += bytes.length;
        lab.sim.deliver(VICTIM, to, bytes);
        return null;
      });
      for (int i = 0; i < 20; i++) {
        lab.a.lanPacket(Lab.packet(1, 2, i, 30));
        lab.b.lanPacket(Lab.packet(2, 1, i, 1000));
        for (int j = 0; j < 40; j++) {
          lab.sim.run(10 * MS);
          assertTrue(of[1] <= of[0], () -> padding + " in " + of[0] + " out " + of[1]);
        }
      }
      divert[0] = false;
      lab.sim.run(15_000 * MS);
      Flow flow = Flow.start(lab, 50 * MS);
      int before = lab.a.delivered.size();
      lab.sim.await(2_000 * MS, "traffic", () -> lab.a.delivered.size() > before + 10);
      flow.stop();
    }
  }

  @Test
  void aRespSentOnFromElsewhereMovesNothingThere() {
    Lab lab = Corpus.oneSided(104);
    long[] of = balance(lab);
    lab.sim.tap((from, to, bytes) -> {
      if (bytes[0] != MessageType.RESP || from.equals(VICTIM)) {
        return bytes;
      }
      of[0] += bytes.length;
      lab.sim.deliver(VICTIM, to, bytes);
      return null;
    });
    lab.start();
    lab.sim.run(1_000 * MS);
    for (int i = 0; i < 200; i++) {
      lab.a.lanPacket(Lab.packet(1, 2, i, 1000));
      lab.sim.run(10 * MS);
    }
    assertTrue(of[0] > 0);
    assertTrue(of[1] <= of[0], () -> "in " + of[0] + " out " + of[1] + lab.sim.diagram());
  }
}
