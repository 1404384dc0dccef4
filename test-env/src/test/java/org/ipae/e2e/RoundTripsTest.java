package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ipae.lab.Lab;
import org.ipae.lab.Relay;
import org.ipae.lab.TwoSites;
import org.junit.jupiter.api.Test;

/** The round trips table, once for real, with 50 ms each way. */
class RoundTripsTest {
  private static final long DELAY_MS = 50;

  /** Milliseconds from a's first datagram after {@code from} to the DATA that follows its INIT. */
  private static long firstData(Relay.Handle relay, int from) {
    List<String[]> seen = relay.seen();
    long start = -1;
    long lastInit = -1;
    long data = -1;
    boolean refused = false;
    for (String[] d : seen.subList(from, seen.size())) {
      long t = Long.parseLong(d[0]) / 1_000;
      if (d[1].equals("a")) {
        if (start < 0) {
          start = t;
        }
        switch (d[2]) {
          case "INIT" -> lastInit = t;
          case "DATA" -> {
            if (lastInit >= 0 && data < 0) {
              data = t;
            }
          }
          default -> {}
        }
      } else if (d[2].equals("COOKIE_RESPONSE") && data >= 0 && !refused) {
        refused = true; // the INIT was not admitted: what followed it did not count
        data = -1;
        lastInit = -1;
      }
    }
    return data - start;
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
      long contact = firstData(relay, 0);

      settle(s);
      s.a.kill();
      int mark = relay.seen().size();
      s.a.start();
      Lab.await(5_000, "again", () -> s.a.up(s.b));
      long cached = firstData(relay, mark);

      settle(s);
      s.a.kill();
      s.b.kill();
      int last = relay.seen().size();
      s.b.start();
      Lab.await(5_000, "b ready", () -> s.b.log().contains("ready"));
      s.a.start();
      Lab.await(5_000, "and again", () -> s.a.up(s.b));
      long voided = firstData(relay, last);

      System.out.printf(
          "lab, %d ms each way: first DATA %d ms after first contact, %d ms with a cached cookie,"
              + " %d ms with a voided one%n",
          DELAY_MS, contact, cached, voided);
      assertTrue(contact >= 100 && contact < 200, "first contact: one round trip, " + contact);
      assertTrue(cached < 50, "cached cookie: none, " + cached);
      assertTrue(voided >= 100 && voided < 200, "voided cookie: one round trip, " + voided);
    }
  }

  private static void settle(TwoSites s) {
    Lab.await(5_000, "answers", () -> s.a.show("gw-b").path("received_packets").asLong() > 20);
    Lab.await(5_000, "cookies", () -> s.a.show("gw-b").path("cookies").asLong() >= 1);
  }
}
