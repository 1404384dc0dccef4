// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipae.crypto.PacketCipher;
import org.ipae.tunnel.log.Reason;

/** Tries a library in a child process, {@link Main}, and judges how that ended. */
final class SelfTest {
  static final String SHA256 = "sha256";
  static final String VERSION = "version";
  static final String PASSED = "passed";
  static final String FAILED = "failed";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What a JVM says before it aborts. */
  private static final Pattern CRASH = Pattern.compile("# +(SIG[A-Z]+) \\(0x");

  /** How a process ends by itself; SIGKILL and SIGTERM come from others. */
  private static final Map<Integer, String> CRASHES =
      Map.of(
          4, "SIGILL", 5, "SIGTRAP", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 11, "SIGSEGV", 31,
          "SIGSYS");

  private static final int BY_SIGNAL = 128;

  private final List<String> command;
  private final Duration patience;

  /**
   * @param command what to run
   * @param patience how long it may take
   */
  SelfTest(List<String> command, Duration patience) {
    this.command = List.copyOf(command);
    this.patience = patience;
  }

  /** The test of this library; from the class path, which starts faster than modules. */
  static SelfTest of(Path library) {
    return new SelfTest(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx32m",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            place(PacketCipher.class) + ":" + place(Main.class),
            Main.class.getName(),
            library.toString()),
        PATIENCE);
  }

  private static String place(Class<?> c) {
    try {
      CodeSource source = Objects.requireNonNull(c.getProtectionDomain().getCodeSource());
      return Path.of(source.getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Blocks until the child has ended.
   *
   * @throws IOException if nothing is to be remembered: the test could not begin, or was ended from
   *     outside
   */
  Verdict run(LibraryFile file, String processor) throws IOException {
    Process child = start();
    try {
      if (!child.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("it did not end in time");
      }
      // Less than a pipe holds: nothing but a few lines is ever written.
      byte[] out = child.getInputStream().readAllBytes();
      return judge(file, processor, child.exitValue(), new String(out, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      child.destroyForcibly();
    }
  }

  private Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    // Options that are meant for this process.
    builder.environment().keySet().removeAll(List.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS"));
    try {
      return builder.start();
    } catch (OutOfMemoryError noThread) {
      throw new IOException(Reason.of(noThread), noThread);
    }
  }

  private static Verdict judge(LibraryFile file, String processor, int exit, String out)
      throws IOException {
    Map<String, String> said = new HashMap<>();
    for (String line : out.lines().toList()) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        said.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    return new Verdict(
        file.identity(),
        said.getOrDefault(SHA256, ""),
        processor,
        said.getOrDefault(VERSION, ""),
        exit == 0 && said.containsKey(PASSED) ? null : failure(exit, out, said));
  }

  private static String failure(int exit, String out, Map<String, String> said) throws IOException {
    String failure = said.get(FAILED);
    if (exit == 0 && failure != null) {
      return failure;
    }
    Matcher crash = CRASH.matcher(out);
    String signal = crash.find() ? crash.group(1) : CRASHES.get(exit - BY_SIGNAL);
    if (signal == null) {
      throw new IOException("it ended with exit code " + exit);
    }
    return "its self-test died of " + signal;
  }
}
