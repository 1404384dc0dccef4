// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.ipae.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/** A host that runs the real distribution. */
public final class Gateway {
  private final Host host;
  private final Distribution distribution;
  private final Path directory;
  private final Configuration configuration;
  private final String publicKey;
  private String java = "";
  private String environment = "";
  private @Nullable Process process;
  private int runs;

  private Gateway(Lab lab, Host host, Distribution distribution, String name) {
    this.host = host;
    this.distribution = distribution;
    directory = lab.directory().resolve(name);
    configuration = new Configuration(name, directory);
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    publicKey =
        Command.must(distribution.program(), "key", "generate", "--out", keyFile().toString())
            .strip();
  }

  /** Makes a gateway of a host, with the distribution that the system property ipae.home names. */
  public static Gateway on(Lab lab, Host host) {
    return on(lab, host, Distribution.given());
  }

  /** The same with another distribution. */
  public static Gateway on(Lab lab, Host host, Distribution distribution) {
    return new Gateway(lab, host, distribution, host.name());
  }

  /** One more daemon on a host. */
  public static Gateway on(Lab lab, Host host, String name) {
    return new Gateway(lab, host, Distribution.given(), name);
  }

  public Host host() {
    return host;
  }

  public Path keyFile() {
    return directory.resolve("host.key");
  }

  public Path configFile() {
    return directory.resolve("ipae.toml");
  }

  public Path stateDirectory() {
    return directory.resolve("state");
  }

  public String publicKey() {
    return publicKey;
  }

  /** Lines for the top of the configuration. */
  public Gateway top(String lines) {
    configuration.top(lines);
    return this;
  }

  /** Lines for [tun]. */
  public Gateway tun(String lines) {
    configuration.tun(lines);
    return this;
  }

  /** Lines for [dns]. */
  public Gateway dns(String lines) {
    configuration.dns(lines);
    return this;
  }

  /** Lines for [offload]; without them the system property ipae.offload decides, "off" or not. */
  public Gateway offload(String lines) {
    configuration.offload(lines);
    return this;
  }

  /** Options for the daemon's JVM. */
  public Gateway java(String options) {
    java = options;
    return this;
  }

  /** A variable of the daemon's environment, NAME=VALUE. */
  public Gateway environment(String variable) {
    environment = variable;
    return this;
  }

  /** Adds a peer; an empty endpoint waits for it, {@code more} are further lines. */
  public Gateway peer(Gateway other, String endpoint, String more, List<String> routes) {
    return peer(other.host.name(), other.publicKey, endpoint, more, routes);
  }

  /** The same with the prefixes written out. */
  public Gateway peer(Gateway other, String endpoint, String more, String... routes) {
    return peer(other, endpoint, more, List.of(routes));
  }

  /** Adds a peer that is no gateway of this lab. */
  public Gateway peer(String name, String key, String endpoint, String more, List<String> routes) {
    configuration.peer(name, key, endpoint, more, routes);
    return this;
  }

  /**
   * Adds peers that never call: nobody has their keys. Their routes are as many /24 from 10.{@code
   * first}.0.0 on.
   */
  public Gateway idlePeers(int number, int first) {
    Random random = new Random(7);
    for (int i = 0; i < number; i++) {
      String route = "10.%d.%d.0/24".formatted(first + i / 256, i % 256);
      peer("p" + i, nobodysKey(random), "", "", List.of(route));
    }
    return this;
  }

  /** A public key whose private key nobody has. */
  public static String nobodysKey(Random random) {
    byte[] key = new byte[PublicKey.SIZE];
    random.nextBytes(key);
    key[PublicKey.SIZE - 1] &= 0x7f;
    return PublicKey.of(key).toString();
  }

  /** Writes the configuration. */
  public Gateway write() {
    try {
      Files.writeString(configFile(), configuration.text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Starts the daemon; it may not be ready yet. */
  public Gateway start() {
    if (!Files.exists(configFile())) {
      write();
    }
    // A shell without job control has its background jobs, and their children, ignore SIGINT; nohup
    // does that with SIGHUP.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,HUP"));
    if (!java.isEmpty()) {
      command.add("JDK_JAVA_OPTIONS=" + java);
    }
    if (!environment.isEmpty()) {
      command.add(environment);
    }
    command.addAll(List.of(distribution.program(), "run", "--config", configFile().toString()));
    process = host.start(directory.resolve("log." + runs++), command.toArray(String[]::new));
    return this;
  }

  /** Waits until the daemon says that it is ready. */
  public Gateway ready() {
    Lab.await(15_000, host.name() + " ready", () -> log().contains("ready: "));
    return this;
  }

  /** The latest daemon. */
  public Process process() {
    return Objects.requireNonNull(process, "not started");
  }

  /** CPU time of each of the daemon's threads, nanoseconds, by number and name. */
  public Map<String, Long> cpuNanos() throws IOException {
    Map<String, Long> out = new HashMap<>();
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + process().pid() + "/task"))) {
      for (Path t : tasks) {
        try {
          String name = t.getFileName() + " " + Files.readString(t.resolve("comm")).strip();
          String used = Files.readString(t.resolve("schedstat")).split(" ", 2)[0];
          out.put(name, Long.parseLong(used));
        } catch (NoSuchFileException e) {
          // it has ended
        }
      }
    }
    return out;
  }

  /** kill -9. */
  public void kill() {
    process().destroyForcibly();
    join();
  }

  /** SIGTERM. */
  public void stop() {
    process().destroy();
    join();
  }

  private void join() {
    try {
      process().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabFailure("interrupted", e);
    }
  }

  /** Files with what each run has logged, the oldest first. */
  public List<Path> logs() {
    return IntStream.range(0, runs).mapToObj(n -> directory.resolve("log." + n)).toList();
  }

  /** What the latest run has logged. */
  public String log() {
    try {
      return Files.readString(directory.resolve("log." + (runs - 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command of ipae on this host, with this configuration unless it shows a key. */
  public Command.Result ipae(String... command) {
    return ipae(List.of(), command);
  }

  /** The same with variables of the environment, NAME=VALUE. */
  public Command.Result ipae(List<String> variables, String... command) {
    List<String> all = new ArrayList<>(List.of("env"));
    all.addAll(variables);
    all.add(distribution.program());
    all.addAll(List.of(command));
    if (!List.of(command).subList(0, Math.min(2, command.length)).equals(List.of("key", "show"))) {
      all.add("--config");
      all.add(configFile().toString());
    }
    return host.run(all.toArray(String[]::new));
  }

  /** {@code ipae ping} for that long, {@code interval} seconds from an answer to the next ping. */
  public Pinged pings(Gateway peer, int seconds, double interval) {
    return Pinged.parse(
        host.run(
                "timeout",
                "" + seconds,
                distribution.program(),
                "ping",
                peer.host.name(),
                "-i",
                "" + interval,
                "--config",
                configFile().toString())
            .out());
  }

  /** {@code show --json}; a missing node if there is no daemon. */
  public JsonNode show() {
    try {
      return new ObjectMapper()
          .readTree("{\"x\":" + orNull(ipae("show", "--json").out()) + "}")
          .path("x");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String orNull(String json) {
    return json.isBlank() ? "null" : json;
  }

  /** The named peer in {@link #show}. */
  public JsonNode show(String peer) {
    for (JsonNode p : show().path("peers")) {
      if (p.path("name").asText().equals(peer)) {
        return p;
      }
    }
    return new ObjectMapper().missingNode();
  }

  public boolean up(Gateway peer) {
    return show(peer.host.name()).path("up").asBoolean();
  }
}
