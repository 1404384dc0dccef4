// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Command {
  private static final long TIMEOUT_SECONDS = 120;

  /** What a program left behind. */
  public record Result(int exit, String out, String err) {}

  private Command() {}

  /**
   * Runs it, whatever the exit code; it has nothing on its standard input.
   *
   * @throws LabFailure if it does not end within two minutes
   */
  public static Result run(List<String> command) {
    try {
      Process p = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
      p.getOutputStream().close();
      CompletableFuture<String> err = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> err.complete(errors(p)));
      String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!p.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        p.destroyForcibly();
        throw new LabFailure("did not end: " + command);
      }
      return new Result(p.exitValue(), out, err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted in " + command, e);
    }
  }

  private static String errors(Process p) {
    try {
      return new String(p.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Runs it and returns its output.
   *
   * @throws LabFailure if it does not succeed
   */
  public static String must(List<String> command) {
    Result r = run(command);
    if (r.exit != 0) {
      throw new LabFailure(command + " exited " + r.exit + ": " + r.err + r.out);
    }
    return r.out;
  }

  /** The same. */
  public static String must(String... command) {
    return must(List.of(command));
  }
}
