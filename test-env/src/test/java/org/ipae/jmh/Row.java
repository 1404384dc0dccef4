package org.ipae.jmh;

import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * A row of the table.
 *
 * @param text what is measured
 * @param method its benchmark, class and method
 * @param parameter of the benchmark, name and value; empty if it has none
 * @param target least operations a second and core, 0 if there is none
 */
record Row(String text, String method, String parameter, long target) {
  private static final long COOKIES = 500_000;
  private static final long HANDSHAKES = 2_500;

  static final Row[] ALL = {
    new Row("seal 1,424 bytes, AWS-LC", "CipherBenchmark.seal", "by=AWS-LC", 0),
    new Row("seal 1,424 bytes, JDK", "CipherBenchmark.seal", "by=JDK", 0),
    new Row("open 1,424 bytes, AWS-LC", "CipherBenchmark.open", "by=AWS-LC", 0),
    new Row("open 1,424 bytes, JDK", "CipherBenchmark.open", "by=JDK", 0),
    new Row("seal a DATA datagram of 1,424 bytes", "LaneBenchmark.seal", "", 0),
    new Row("segment, each of 40 of 1,420 bytes", "OffloadBenchmark.segment", "", 0),
    new Row("coalesce, each of 40 of 1,420 bytes", "OffloadBenchmark.coalesce", "", 0),
    new Row("carry a packet of 1,420 bytes", "PathBenchmark.largePackets", "", 0),
    new Row("carry a packet of 100 bytes, shared", "PathBenchmark.smallPackets", "", 0),
    new Row("carry a packet of 100 bytes, alone", "PathBenchmark.aloneSmall", "", 0),
    new Row("carry each of 40 of 1,420 bytes", "PathBenchmark.superpackets", "", 0),
    new Row("look up a route, 1,000 prefixes", "RouteBenchmark.lookup", "", 0),
    new Row("answer a COOKIE_REQUEST", "CookieBenchmark.request", "", COOKIES),
    new Row("refuse an INIT, unknown cookie", "CookieBenchmark.unknownCookie", "", COOKIES),
    new Row("refuse an INIT, cookie of another", "CookieBenchmark.cookieOfAnother", "", COOKIES),
    new Row("a COOKIE_REQUEST of a flood", "CookieBenchmark.flood", "", COOKIES),
    new Row(
        "respond to an INIT, x25519-mlkem768",
        "HandshakeBenchmark.respond",
        "suite=x25519-mlkem768-aes256gcm",
        HANDSHAKES),
    new Row(
        "respond to an INIT, x25519 alone",
        "HandshakeBenchmark.respond",
        "suite=x25519-aes256gcm",
        0),
  };

  ChainedOptionsBuilder options() {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include("^org\\.ipae\\.jmh\\." + method.replace(".", "\\.") + "$");
    int equals = parameter.indexOf('=');
    return equals < 0
        ? options
        : options.param(parameter.substring(0, equals), parameter.substring(equals + 1));
  }
}
