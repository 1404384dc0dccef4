package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end. */
public final class Command {
  private static final long TIMEOUT_SECONDS = 120;

  /** What a program left behind. */
  public record Result(int exit, String out, String err) {}

  private Command() {}

  /** Runs it; whatever the exit code. */
  public static Result run(List<String> command) {
    try {
      Process p = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
      p.getOutputStream().close();
      byte[][] err = new byte[1][];
      Thread drain =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  err[0] = p.getErrorStream().readAllBytes();
                } catch (IOException e) {
                  err[0] = new byte[0];
                }
              });
      byte[] out = p.getInputStream().readAllBytes();
      if (!p.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        p.destroyForcibly();
        throw new AssertionError("did not end: " + command);
      }
      drain.join();
      return new Result(
          p.exitValue(),
          new String(out, StandardCharsets.UTF_8),
          new String(err[0], StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs it; it must succeed. */
  public static String must(List<String> command) {
    Result r = run(command);
    if (r.exit != 0) {
      throw new AssertionError(command + " exited " + r.exit + ": " + r.err + r.out);
    }
    return r.out;
  }

  public static String must(String... command) {
    return must(Arrays.asList(command));
  }
}
