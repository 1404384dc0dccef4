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

/** A host: a network namespace of its own. */
public final class Host {
  private static final Pattern RECEIVED = Pattern.compile("(\\d+) received");
  private static final String RESOLV_CONF = "resolv.conf";

  private final Lab lab;
  private final String name;
  private final String namespace;

  Host(Lab lab, String name, String namespace) {
    this.lab = lab;
    this.name = name;
    this.namespace = namespace;
    Command.must("ip", "netns", "add", namespace);
    must("ip", "link", "set", "lo", "up");
    must(
        "sysctl",
        "-qw",
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv6.conf.default.accept_dad=0");
  }

  public String name() {
    return name;
  }

  String namespace() {
    return namespace;
  }

  List<String> wrap(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return all;
  }

  /** Runs a program on this host; it must succeed. */
  public String must(String... command) {
    return Command.must(wrap(command));
  }

  /** Runs a program on this host, whatever its exit code. */
  public Command.Result run(String... command) {
    return Command.run(wrap(command));
  }

  /** Starts a program on this host; it ends with the lab. Its output goes to a file. */
  public Process start(Path output, String... command) {
    try {
      Process p =
          new ProcessBuilder(wrap(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      lab.ends(p);
      return p;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a TCP server here listens on a port. */
  public void awaitListening(int port) {
    Lab.await(5_000, "listening", () -> !must("ss", "-Hltn", "sport = :" + port).isBlank());
  }

  public Host address(String link, String cidr) {
    if (cidr.contains(":")) {
      must("ip", "addr", "add", cidr, "dev", link, "nodad");
    } else {
      must("ip", "addr", "add", cidr, "dev", link);
    }
    return this;
  }

  public Host route(String prefix, String via) {
    must("ip", "route", "add", prefix, "via", via);
    return this;
  }

  /** Asks this name server from now on, and no other. */
  public Host resolves(String server) {
    try {
      Files.createDirectories(etc());
      Files.writeString(etc().resolve(RESOLV_CONF), "nameserver " + server + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** What is in it {@code ip netns exec} puts in the place of the host's own. */
  private Path etc() {
    return Path.of("/etc/netns", namespace);
  }

  void forgetResolver() {
    try {
      Files.deleteIfExists(etc().resolve(RESOLV_CONF));
      Files.deleteIfExists(etc());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answered pings out of {@code count}, {@code interval} seconds apart. */
  public int pings(String to, int count, double interval) {
    String out =
        run("ping", "-n", "-q", "-c", "" + count, "-i", "" + interval, "-W", "1", to).out();
    Matcher m = RECEIVED.matcher(out);
    return m.find() ? Integer.parseInt(m.group(1)) : 0;
  }
}
