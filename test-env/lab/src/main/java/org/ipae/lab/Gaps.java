// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A ping each 10 ms, and for how long it had no answer. */
public final class Gaps {
  private static final Pattern ANSWER = Pattern.compile("\\[(\\d+\\.\\d+)] .*icmp_seq=\\d+");

  private final Path output;
  private final Process ping;

  private Gaps(Path output, Process ping) {
    this.output = output;
    this.ping = ping;
  }

  /** Begins. */
  public static Gaps of(Host from, String to, Path output) {
    return new Gaps(output, from.start(output, "ping", "-n", "-D", "-i", "0.01", to));
  }

  /** Ends, and returns when answers came, seconds of the wall clock, the earliest first. */
  public List<Double> end() {
    ping.destroy();
    try {
      ping.waitFor();
      List<Double> out = new ArrayList<>();
      for (String line : Files.readAllLines(output)) {
        Matcher m = ANSWER.matcher(line);
        if (m.find()) {
          out.add(Double.valueOf(m.group(1)));
        }
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
  }

  /** Ends, and returns the longest time between two answers, seconds. */
  public double longest() {
    List<Double> answers = end();
    if (answers.isEmpty()) {
      throw new LabFailure("no ping was answered");
    }
    double longest = 0;
    for (int i = 1; i < answers.size(); i++) {
      longest = Math.max(longest, answers.get(i) - answers.get(i - 1));
    }
    return longest;
  }
}
