// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.ipae.tunnel.sim.Simulation.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.handshake.StrikeRegister;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/** Property 2: what floods of requests and INITs cost. */
class FloodTest {

  private static long weight(Lab lab) {
    return Reachable.weight(lab.b.control, lab.b.inbound, lab.b.shared);
  }

  private static StrikeRegister strikes(Lab lab) {
    return Reachable.find(lab.b.control, StrikeRegister.class).getFirst();
  }

  private static byte[] request(Lab lab, Random random) {
    byte[] b = new byte[Sizes.COOKIE_REQUEST];
    random.nextBytes(b);
    b[0] = MessageType.COOKIE_REQUEST;
    b[1] = MessageType.VERSION;
    new Mac1(lab.b.publicKey()).write(b, CookieRequest.MAC1, CookieRequest.MAC1);
    return b;
  }

  private static Endpoint anybody(Random random) {
    byte[] address = new byte[4];
    random.nextBytes(address);
    return Endpoint.of(address, 1 + random.nextInt(60_000));
  }

  @Test
  void requestsAndInitsWithoutAValidCookieCostNoMemoryAndNoPublicKeyOperation() {
    long seed = 201;
    Lab lab = new Lab(seed).up();
    Random random = new Random(seed);
    byte[] someInit = new byte[Sizes.INIT_HYBRID];
    Mac1 mac1 = new Mac1(lab.b.publicKey());
    byte[] someRequest = request(lab, random);
    lab.sim.run(1_000 * MS); // first words: lanes make what they need once
    long operations = lab.b.control.publicKeyOperations();
    int ids = lab.b.shared.sessions().size();
    int strikes = strikes(lab).size();
    long weight = weight(lab);
    for (int i = 0; i < Cases.count(); i++) {
      Endpoint source = anybody(random);
      if (random.nextBoolean()) {
        byte[] b = someRequest.clone();
        BigEndian.u64(b, CookieRequest.CLIENT_COOKIE, random.nextLong());
        mac1.write(b, CookieRequest.MAC1, CookieRequest.MAC1);
        lab.b.receive(source, lab.b.address, b);
      } else {
        byte[] b = someInit.clone();
        b[0] = MessageType.INIT;
        b[1] = MessageType.VERSION;
        b[Init.SUITE] = 1;
        for (int at = Init.ID; at < Sizes.INIT_MACS_COVER; at += 4) {
          BigEndian.u32(b, at, random.nextInt());
        }
        mac1.write(b, Sizes.INIT_MACS_COVER, b.length - Sizes.INIT_MACS);
        lab.b.receive(source, lab.b.address, b);
      }
      if (i % 64 == 0) {
        lab.sim.run(MS);
      }
    }
    lab.sim.run(1_000 * MS);
    assertEquals(operations, lab.b.control.publicKeyOperations());
    assertEquals(ids, lab.b.shared.sessions().size());
    assertEquals(strikes, strikes(lab).size());
    long grown = weight(lab) - weight;
    assertTrue(grown < 2_000, () -> "grown by " + grown + " bytes");
  }

  @Test
  void anyNumberOfReplaysOfOneValidInitCostAtMostOnePublicKeyOperation() {
    Lab lab = Corpus.oneSided(202);
    Recording r = Recording.of(lab.sim);
    lab.up();
    byte[] init = r.first(MessageType.INIT).bytes();
    assertEquals(1, lab.b.control.publicKeyOperations());
    lab.sim.run(1_000 * MS);
    int ids = lab.b.shared.sessions().size();
    long weight = weight(lab);
    Random random = new Random(202);
    for (int i = 0; i < Cases.count(); i++) {
      Endpoint source = random.nextInt(3) == 0 ? anybody(random) : lab.a.address;
      lab.b.receive(source, lab.b.address, init.clone());
      if (i % 1_000 == 0) {
        lab.sim.run(400 * MS); // in all longer than the strike register remembers
      }
    }
    assertEquals(1, lab.b.control.publicKeyOperations());
    assertTrue(lab.b.shared.sessions().size() <= ids);
    long grown = weight(lab) - weight;
    assertTrue(grown < 4_000, () -> "grown by " + grown + " bytes");
  }

  /** Somebody at one address, with cookies of its own. */
  private static final class Client {
    final Lab lab;
    final Endpoint address = Endpoint.of(new byte[] {(byte) 203, 0, 113, 5}, 5000);
    final SimEntropy entropy = new SimEntropy(9);
    final Random random = new Random(9);
    byte[] response;
    long learntAt;

    Client(Lab lab) {
      this.lab = lab;
      lab.sim.tap((from, to, b) -> {
        if (to.equals(address) && b[0] == MessageType.COOKIE_RESPONSE) {
          response = b.clone();
          learntAt = lab.b.clock() / MS;
        }
        return b;
      });
    }

    Cookie cookie() {
      if (response == null || lab.b.clock() / MS - learntAt > 5_000) {
        response = null;
        for (int i = 0; response == null; i++) {
          lab.b.receive(address, lab.b.address, request(lab, random));
          lab.sim.run(10 * MS);
          assertTrue(i < 1_000, "no cookie");
        }
      }
      return new Cookie(
          Arrays.copyOfRange(response, CookieResponse.TAG, CookieResponse.KEY),
          Secret.copyOf(response, CookieResponse.KEY, Sizes.COOKIE_KEY),
          Strength.CLEAR);
    }

    long age() {
      return lab.b.clock() / MS - learntAt;
    }
  }

  private static Lab classical(long seed) {
    Lab lab = Corpus.oneSided(seed);
    lab.a.suites = List.of(Corpus.CLASSICAL);
    lab.b.suites = List.of(Corpus.CLASSICAL);
    lab.up();
    lab.sim.run(1_000 * MS);
    return lab;
  }

  @Test
  void freshInitsWithValidCookiesFromOneAddressAreLimitedInWorkAndMemory() {
    Lab lab = classical(203);
    Client client = new Client(lab);
    long operations = lab.b.control.publicKeyOperations();
    long start = lab.sim.now();
    Mac1 mac1 = new Mac1(lab.b.publicKey());
    byte[] b = new byte[Sizes.INIT_CLASSICAL];
    int weightedAt = Cases.count() / 2;
    long weight = 0;
    HmacSha256 mac2 = null;
    HmacSha256 age = null;
    byte[] tag = {};
    for (int i = 0; i < Cases.count(); i++) {
      if (i % 1_000 == 0) {
        Cookie cookie = client.cookie();
        tag = cookie.tag();
        HmacSha256 key = new HmacSha256(cookie.key().bytes());
        mac2 = new HmacSha256(key.mac("ipae1 mac2".getBytes()));
        age = new HmacSha256(key.mac("ipae1 age".getBytes()));
      }
      // All that the gate looks at is right, the Noise message is not.
      client.random.nextBytes(b);
      b[0] = MessageType.INIT;
      b[1] = MessageType.VERSION;
      b[Init.SUITE] = (byte) Corpus.CLASSICAL.id();
      b[Init.FLAGS] = 0;
      System.arraycopy(tag, 0, b, Init.TAG, tag.length);
      byte[] mask =
          age.mac(
              Arrays.copyOfRange(b, Init.ID, Init.ID + 4),
              Arrays.copyOfRange(b, Init.NOISE, Init.NOISE + Sizes.KEY));
      BigEndian.u32(b, Init.AGE, (int) client.age() ^ BigEndian.u32(mask, 0));
      mac1.write(b, Sizes.INIT_MACS_COVER, b.length - Sizes.INIT_MACS);
      System.arraycopy(
          mac2.mac(Arrays.copyOf(b, Sizes.INIT_MACS_COVER)), 0, b, b.length - 8, Sizes.HALF_MAC);
      System.arraycopy(
          mac2.mac(Arrays.copyOf(b, b.length - 4)), 0, b, b.length - 4, Sizes.HALF_MAC);
      lab.b.receive(client.address, lab.b.address, b.clone());
      if (i % 4 == 0) {
        lab.sim.run(MS);
      }
      if (i == weightedAt) {
        weight = weight(lab);
      }
    }
    long seconds = (lab.sim.now() - start) / (1_000 * MS) + 1;
    long made = lab.b.control.publicKeyOperations() - operations;
    long most = HandshakeLimits.HANDSHAKES_PER_SOURCE * (seconds + 2);
    System.out.printf(
        "property 2: %d public-key operations for %d INITs in %d s%n",
        made, Cases.count(), seconds);
    assertTrue(made > 0 && made <= most, made + " operations in " + seconds + " s");
    long grown = weight(lab) - weight;
    assertTrue(grown < 4_000, () -> "grown by " + grown + " bytes");
  }

  @Test
  void sessionsThatAreNeverConfirmedAreBoundedPerAddressAndEnd() {
    Lab lab = classical(204);
    Client client = new Client(lab);
    int before = lab.b.shared.sessions().size();
    int most = 0;
    for (int i = 0; i < 1_500; i++) {
      Cookie cookie = client.cookie();
      try (Initiator initiator =
          new Initiator(
              new Initiator.Wish(
                  lab.a.key,
                  lab.b.publicKey(),
                  Corpus.CLASSICAL,
                  Corpus.CLASSICAL.bit(),
                  16,
                  "",
                  false),
              cookie,
              client.age(),
              client.entropy)) {
        lab.b.receive(client.address, lab.b.address, initiator.init());
      }
      lab.sim.run(20 * MS);
      most = Math.max(most, lab.b.shared.sessions().size() - before);
    }
    // A lane has ids 0..2 and one for early data; the host wishes one lane.
    int limit = 4 * HandshakeLimits.UNCONFIRMED_PER_ADDRESS;
    int ids = most;
    System.out.printf("property 2: at most %d ids of unconfirmed sessions%n", ids);
    assertTrue(ids <= limit, () -> ids + " ids");
    assertTrue(strikes(lab).size() <= HandshakeLimits.STRIKES);
    lab.sim.run(60_000 * MS);
    assertTrue(lab.b.shared.sessions().size() <= before);
  }
}
