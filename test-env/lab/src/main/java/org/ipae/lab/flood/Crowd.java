// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.LabFailure;

/** Many live peers of a gateway, from the test's side. */
public final class Crowd {
  /** Where their randomness begins; their keys have other seeds. */
  static final int SEEDS = 1 << 20;

  private final Process process;
  private final Path out;
  private int calls = 1;

  private Crowd(Process process, Path out) {
    this.process = process;
    this.out = out;
  }

  /** The first of the four inner addresses of a peer. */
  static String inner(int peer) {
    return "10.%d.%d.%d".formatted(64 + (peer >> 14), peer >> 6 & 0xff, (peer & 0x3f) << 2);
  }

  /**
   * Returns a gateway of that many of them, on a host of its own beside theirs.
   *
   * @param lanes at most 4
   * @param inner its address in the tunnel
   */
  public static Gateway gateway(Lab lab, int lanes, String inner, int number) {
    Host host = lab.host("crowded");
    Gateway gateway =
        Gateway.on(lab, host).top("lanes = " + lanes).tun("addresses = [\"" + inner + "/32\"]");
    for (int i = 0; i < number; i++) {
      try (X25519KeyPair pair = Flooder.key(i)) {
        String key = PublicKey.of(pair.publicKey()).toString();
        gateway.peer("c" + i, key, "", "", List.of(inner(i) + "/30"));
      }
    }
    return gateway;
  }

  /** Starts the peers of such a gateway; a thousand have called after about 20 s. */
  public static Crowd of(Lab lab, Gateway gateway, String inner, int number, int lanes) {
    Host host = Flood.behind(lab, gateway.host());
    Path out = lab.directory().resolve("crowd");
    Process p =
        host.start(
            out,
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Callers.class.getName(),
            "2001:db8:c::254",
            "1138",
            gateway.publicKey(),
            inner,
            "" + number,
            "" + lanes,
            Flood.PREFIX);
    return new Crowd(p, out);
  }

  /** Waits until all have called. */
  public Crowd called() {
    Lab.await(
        300_000,
        "calls of the crowd",
        () -> {
          if (!process.isAlive()) {
            throw new LabFailure("the crowd ended: " + text());
          }
          return text().lines().filter("called"::equals).count() >= calls;
        });
    return this;
  }

  /** All make new sessions; those of before stay as long as the gateway keeps them. */
  public Crowd again() {
    try {
      process.getOutputStream().write("again\n".getBytes(StandardCharsets.US_ASCII));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    calls++;
    return called();
  }

  /** Ends the process. */
  public void end() {
    process.destroy();
  }

  private String text() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
