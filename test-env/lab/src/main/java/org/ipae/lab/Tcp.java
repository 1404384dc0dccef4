// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Copies over TCP from LAN to LAN. */
public final class Tcp {

  private Tcp() {}

  /**
   * Copies random bytes from lan-a to lan-b and compares them.
   *
   * @throws LabFailure if they do not arrive within that time, or as others
   */
  public static void copy(TwoSites s, int bytes, int seconds) {
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
      s.lanA.must("timeout", "" + seconds, "socat", "-u", "FILE:" + sent, "TCP4:10.2.0.2:7777");
      Lab.await(seconds * 1_000L, "received", () -> !server.isAlive());
      byte[] received = Files.readAllBytes(got);
      if (!Arrays.equals(data, received)) {
        throw new LabFailure(
            "%d bytes sent, %d received, equal up to %d"
                .formatted(bytes, received.length, Arrays.mismatch(data, received)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
