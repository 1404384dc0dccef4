// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.LabFailure;

/** Strangers that flood a gateway, from the test's side: a host that owns 2001:db8:0:ff00::/56. */
public final class Flood {
  /** Where everything of theirs comes from. */
  public static final String PREFIX = "2001:db8:0:ff00::";

  private static final Pattern SENT =
      Pattern.compile("sent (\\d+) of (\\d+) in (\\d+) ms, waited (\\d+) ms");

  private final Process process;
  private final Path out;
  private int floods;

  /** What one flood was; {@code waited}: seconds in which its sender had nothing to do. */
  public record Sent(long datagrams, long wanted, double seconds, double waited) {
    public double rate() {
      return datagrams / seconds;
    }

    /** Whether it was as fast as asked, or as this machine lets a sender be that never pauses. */
    public boolean full(int rate) {
      return rate() > 0.9 * rate || (datagrams > 0.99 * wanted && waited < 0.1 * seconds);
    }
  }

  private Flood(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /** The host of the strangers, behind a router, whose address there is 2001:db8:c::254. */
  public static Host behind(Lab lab, Host router) {
    Host h = lab.host("strangers");
    lab.cable(h, "wan", router, "strangers");
    router.address("strangers", "2001:db8:c::254/64");
    h.address("wan", "2001:db8:c::1/64").route("default", "2001:db8:c::254");
    router.route(PREFIX + "/56", "2001:db8:c::1");
    h.must("sysctl", "-qw", "net.ipv6.ip_nonlocal_bind=1");
    h.must("ip", "route", "add", "local", PREFIX + "/56", "dev", "lo");
    return h;
  }

  /** The public key whose INITs {@link Kind#PEER_INITS} sends. */
  public static String peerKey() {
    try (X25519KeyPair pair = Flooder.key(0)) {
      return PublicKey.of(pair.publicKey()).toString();
    }
  }

  /** Starts one; it floods when it has made its datagrams: 1,000 INITs take about half a second. */
  public static Flood of(
      Kind kind, int rate, int seconds, Lab lab, Host strangers, Gateway gateway, String address) {
    Path out = lab.directory().resolve("flood." + kind);
    Process p =
        strangers.start(
            out,
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Flooder.class.getName(),
            kind.name(),
            address,
            "1138",
            gateway.publicKey(),
            "" + rate,
            "" + seconds,
            PREFIX);
    Flood f = new Flood(p, out);
    f.floods = 1;
    return f;
  }

  /** Waits until the latest one has begun. */
  public Flood begun() {
    Lab.await(
        300_000,
        "flood",
        () -> {
          if (!process.isAlive()) {
            throw new LabFailure("the flooder ended: " + text());
          }
          return text().lines().filter("flooding"::equals).count() >= floods;
        });
    return this;
  }

  /** Waits until the latest one is over. */
  public Sent over() {
    Lab.await(300_000, "end of the flood", () -> sent().count() >= floods);
    MatchResult r = sent().reduce((_, last) -> last).orElseThrow();
    return new Sent(
        Long.parseLong(r.group(1)),
        Long.parseLong(r.group(2)),
        Long.parseLong(r.group(3)) / 1e3,
        Long.parseLong(r.group(4)) / 1e3);
  }

  /** Sends the same datagrams again: they are what the gateway knows, or must not reach it. */
  public Flood again() {
    try {
      process.getOutputStream().write("again\n".getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    floods++;
    return begun();
  }

  /** Ends the process. */
  public void end() {
    process.destroy();
  }

  private Stream<MatchResult> sent() {
    return SENT.matcher(text()).results();
  }

  private String text() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
