package org.ipae.bench.report;

import java.util.List;

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
              0));
}
