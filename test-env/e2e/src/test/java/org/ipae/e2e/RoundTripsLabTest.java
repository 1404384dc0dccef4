// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.lab.Lab;
import org.ipae.lab.Relay;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The round trips table, once for real, with 50 ms each way.
 *
 * <pre>
 * lan-a -- gw-a == mid == gw-b -- lan-b
 *  ping            Relay: 50 ms each way, notes what passes
 * </pre>
 */
@Isolated("measures milliseconds")
@Tag("once")
class RoundTripsLabTest {
  private static final long DELAY_MS = 50;

  /**
   * What happened before the first protected data that counted.
   *
   * @param roundTrips answers that a had to wait for
   * @param millis from a's first datagram
   */
  private record Before(int roundTrips, long millis) {}

  private static Before firstData(Relay.Handle relay, int from) {
    List<String[]> seen = relay.seen();
    long start = -1;
    boolean init = false;
    boolean asked = false;
    boolean refused = false;
    int answers = 0;
    Before found = new Before(-1, -1);
    for (String[] d : seen.subList(from, seen.size())) {
      long t = Long.parseLong(d[0]) / 1_000;
      if (d[1].equals("a")) {
        start = start < 0 ? t : start;
        asked |= !d[2].equals("DATA");
        if (d[2].equals("INIT")) {
          init = true;
          if (refused) {
            found = new Before(-1, -1); // what followed the refused INIT did not count
            refused = false;
          }
        } else if (init && d[2].equals("DATA") && found.roundTrips < 0) {
          found = new Before(answers, t - start);
        }
      } else if (asked && (d[2].equals("COOKIE_RESPONSE") || d[2].equals("RESP"))) {
        answers++; // a second answer, to a repetition, is none that a waits for
        asked = false;
        if (d[2].equals("COOKIE_RESPONSE")) {
          refused = init;
        } else if (found.roundTrips >= 0) {
          return found;
        }
      }
    }
    return found;
  }

  @Test
  void firstContactOneCachedCookieNoneVoidedCookieOne() {
    try (TwoSites s = new TwoSites()) {
      s.a.peer(s.b, "192.0.2.254", "", TwoSites.LAN_B);
      s.b.peer(s.a, "", "", TwoSites.LAN_A); // b only answers
      Relay.Handle relay = Relay.on(s.mid, s.lab, "delay=" + DELAY_MS);
      s.b.start();
      Lab.await(5_000, "b ready", () -> s.b.log().contains("ready"));
      s.lanA.start(s.file("ping"), "ping", "-n", "-i", "0.01", "10.2.0.2");

      s.a.start();
      Lab.await(5_000, "first contact", () -> s.a.up(s.b));
      Before contact = firstData(relay, 0);

      settle(s);
      s.a.kill();
      int mark = relay.seen().size();
      s.a.start();
      Lab.await(5_000, "again", () -> s.a.up(s.b));
      Before cached = firstData(relay, mark);

      settle(s);
      s.a.kill();
      s.b.kill();
      int last = relay.seen().size();
      s.b.start();
      Lab.await(5_000, "b ready", () -> s.b.log().contains("ready"));
      s.a.start();
      Lab.await(5_000, "and again", () -> s.a.up(s.b));
      Before voided = firstData(relay, last);

      System.out.printf(
          "lab, %d ms each way, before the first protected data:%n"
              + "  first contact  %d round trips (%d ms)%n"
              + "  cached cookie  %d round trips (%d ms)%n"
              + "  voided cookie  %d round trips (%d ms)%n",
          DELAY_MS,
          contact.roundTrips,
          contact.millis,
          cached.roundTrips,
          cached.millis,
          voided.roundTrips,
          voided.millis);
      assertEquals(1, contact.roundTrips);
      assertEquals(0, cached.roundTrips);
      assertEquals(1, voided.roundTrips);
      assertTrue(contact.millis >= 100, "no round trip is missing");
      assertTrue(cached.millis < 50, "nothing was waited for");
      assertTrue(voided.millis >= 100, "no round trip is missing");
    }
  }

  private static void settle(TwoSites s) {
    Lab.await(5_000, "answers", () -> s.a.show("gw-b").path("received_packets").asLong() > 20);
    Lab.await(5_000, "cookies", () -> s.a.show("gw-b").path("cookies").asLong() >= 1);
  }
}
