// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

import java.util.List;
import java.util.Locale;

/**
 * A row of test-env/jmh.
 *
 * @param text what is measured
 * @param method its benchmark, class and method
 * @param parameter of the benchmark, name and value; empty if it has none
 * @param target least operations a second and core, 0 if there is none
 */
public record Step(String text, String method, String parameter, long target) {
  private static final long COOKIES = 500_000;
  private static final long HANDSHAKES = 2_500;

  /** Sealing and opening, by each of the implementations. */
  static final Step SEAL =
      new Step("seal 1,424 bytes, AWS-LC", "CipherBenchmark.seal", "by=AWS-LC", 0);

  static final Step SEAL_JDK =
      new Step("seal 1,424 bytes, JDK", "CipherBenchmark.seal", "by=JDK", 0);
  static final Step OPEN =
      new Step("open 1,424 bytes, AWS-LC", "CipherBenchmark.open", "by=AWS-LC", 0);
  static final Step OPEN_JDK =
      new Step("open 1,424 bytes, JDK", "CipherBenchmark.open", "by=JDK", 0);

  /** All of them, in the order in which they are measured. */
  public static final List<Step> ALL =
      List.of(
          SEAL,
          SEAL_JDK,
          OPEN,
          OPEN_JDK,
          new Step("seal a DATA datagram of 1,424 bytes", "LaneBenchmark.seal", "", 0),
          new Step("segment, each of 40 of 1,420 bytes", "OffloadBenchmark.segment", "", 0),
          new Step("coalesce, each of 40 of 1,420 bytes", "OffloadBenchmark.coalesce", "", 0),
          new Step("carry a packet of 1,420 bytes", "PathBenchmark.largePackets", "", 0),
          new Step("carry a packet of 100 bytes, shared", "PathBenchmark.smallPackets", "", 0),
          new Step("carry a packet of 100 bytes, alone", "PathBenchmark.aloneSmall", "", 0),
          new Step("carry each of 40 of 1,420 bytes", "PathBenchmark.superpackets", "", 0),
          new Step("look up a route, 1,000 prefixes", "RouteBenchmark.lookup", "", 0),
          new Step("answer a COOKIE_REQUEST", "CookieBenchmark.request", "", COOKIES),
          new Step("refuse an INIT, unknown cookie", "CookieBenchmark.unknownCookie", "", COOKIES),
          new Step(
              "refuse an INIT, cookie of another", "CookieBenchmark.cookieOfAnother", "", COOKIES),
          new Step("a COOKIE_REQUEST of a flood", "CookieBenchmark.flood", "", COOKIES),
          new Step(
              "respond to an INIT, x25519-mlkem768",
              "HandshakeBenchmark.respond",
              "suite=x25519-mlkem768-aes256gcm",
              HANDSHAKES),
          new Step(
              "respond to an INIT, x25519 alone",
              "HandshakeBenchmark.respond",
              "suite=x25519-aes256gcm",
              0),
          stray("drop a stray RESP", "strayResp", 10),
          stray("drop a stray RESP", "strayResp", 10_000),
          stray("drop a stray COOKIE_RESPONSE", "strayCookieResponse", 10),
          stray("drop a stray COOKIE_RESPONSE", "strayCookieResponse", 10_000),
          stray("drop a stray UNKNOWN_ID", "strayUnknownId", 10),
          stray("drop a stray UNKNOWN_ID", "strayUnknownId", 10_000),
          stray("drop an unreadable request", "unreadableRequest", 10),
          stray("drop an unreadable request", "unreadableRequest", 10_000),
          stray("find the next deadline", "nextDeadline", 10),
          stray("find the next deadline", "nextDeadline", 10_000));

  /** What costs the same with any number of peers. */
  private static Step stray(String text, String method, int peers) {
    return new Step(
        String.format(Locale.ROOT, "%s, %,d peers", text, peers),
        "StrangerBenchmark." + method,
        "peers=" + peers,
        0);
  }
}
