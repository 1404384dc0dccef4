// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A TCP connection on which a number goes each 10 ms, for as long as something is tried. */
public final class Numbers {
  private static final int PORT = 7;

  private final Path end;
  private final Path received;
  private final Process client;

  private Numbers(Path end, Path received, Process client) {
    this.end = end;
    this.received = received;
    this.client = client;
  }

  /** Begins; one at a time in a directory. */
  public static Numbers of(Host client, Host server, String address, Path directory) {
    Path end = directory.resolve("end");
    Path received = directory.resolve("received");
    server.start(
        directory.resolve("server"), "socat", "-u", "TCP-LISTEN:" + PORT, "CREATE:" + received);
    server.awaitListening(PORT);
    String loop =
        "exec 3>/dev/tcp/%s/%d; for ((n = 1; ; n++)); do [ -e %s ] && exit; echo $n >&3; sleep 0.01; done"
            .formatted(address, PORT, end);
    return new Numbers(
        end, received, client.start(directory.resolve("client"), "bash", "-c", loop));
  }

  /**
   * Ends; all that was sent on the one connection must have arrived, in order.
   *
   * @param least how many numbers that are at least
   */
  public void end(int least) {
    try {
      Files.createFile(end);
      if (!client.waitFor(20, TimeUnit.SECONDS) || client.exitValue() != 0) {
        throw new LabFailure("the connection has broken");
      }
      Thread.sleep(500);
      List<String> lines = Files.readAllLines(received);
      if (lines.size() < least) {
        throw new LabFailure("only " + lines.size() + " numbers");
      }
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).equals("" + (i + 1))) {
          throw new LabFailure("number " + (i + 1) + " came as " + lines.get(i));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
  }
}
