package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.ipae.lab.Command;
import org.ipae.lab.Lab;
import org.ipae.lab.TwoSites;

/** Copies over TCP from LAN to LAN. */
final class Tcp {

  private Tcp() {}

  /** Copies random bytes from lan-a to lan-b and compares them. */
  static void copy(TwoSites s, int bytes, int seconds) {
    try {
      Path sent = s.file("sent");
      Path got = s.file("got");
      byte[] data = new byte[bytes];
      new Random(bytes).nextBytes(data);
      Files.write(sent, data);
      Process server =
          s.lanB.start(
              s.file("socat.out"), "socat", "-u", "TCP4-LISTEN:7777,reuseaddr", "CREATE:" + got);
      s.lanB.awaitListening(7777);
      Command.Result r =
          s.lanA.run("timeout", "" + seconds, "socat", "-u", "FILE:" + sent, "TCP4:10.2.0.2:7777");
      assertEquals(0, r.exit(), r.err());
      Lab.await(seconds * 1_000L, "received", () -> !server.isAlive());
      assertArrayEquals(data, Files.readAllBytes(got));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
