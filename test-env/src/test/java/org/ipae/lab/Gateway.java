package org.ipae.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A host that runs the real distribution. */
public final class Gateway {
  /** Lines for [offload]: nothing is left to the kernel or to a library. */
  public static final String NO_OFFLOAD =
      "tun_tcp = false\ntun_udp = false\nudp_gso = false\nudp_gro = false\ncrypto = false\n";

  private static final Path BIN =
      Path.of(System.getProperty("ipae.home", "tunnel/target/ipae")).resolve("bin/ipae");

  private final Host host;
  private final Path directory;
  private final StringBuilder peers = new StringBuilder();
  private String top = "";
  private String tun = "";
  private String offload = System.getProperty("ipae.offload", "on").equals("off") ? NO_OFFLOAD : "";
  private String java = "";
  private Process process;
  private int runs;

  Gateway(Lab lab, Host host) {
    this.host = host;
    directory = lab.directory().resolve(host.name());
    try {
      Files.createDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ipae("key", "generate", "--out", keyFile().toString());
  }

  /** Makes a gateway of a host. */
  public static Gateway on(Lab lab, Host host) {
    return new Gateway(lab, host);
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
    return ipae("key", "show", keyFile().toString()).out().strip();
  }

  /** Lines for the top of the configuration. */
  public Gateway top(String lines) {
    top += lines + "\n";
    return this;
  }

  /** Lines for [tun]. */
  public Gateway tun(String lines) {
    tun += lines + "\n";
    return this;
  }

  /** Lines for [offload]; without them the system property ipae.offload decides, "off" or not. */
  public Gateway offload(String lines) {
    offload = lines + "\n";
    return this;
  }

  /** Options for the daemon's JVM. */
  public Gateway java(String options) {
    java = options;
    return this;
  }

  /** Adds a peer; an empty endpoint waits for it. */
  public Gateway peer(Gateway other, String endpoint, String more, String... routes) {
    return peer(other.host.name(), other.publicKey(), endpoint, more, routes);
  }

  public Gateway peer(String name, String key, String endpoint, String more, String... routes) {
    peers.append("\n[[peer]]\nname = \"").append(name).append("\"\nkey = \"").append(key);
    peers.append("\"\n");
    if (!endpoint.isEmpty()) {
      peers.append("endpoint = \"").append(endpoint).append("\"\n");
    }
    peers.append("routes = [\"").append(String.join("\", \"", routes)).append("\"]\n");
    peers.append(more).append('\n');
    return this;
  }

  /** Writes the configuration. */
  public Gateway write() {
    String text =
        "name = \"%s\"\nprivate_key = \"%s\"\nsocket = \"%s\"\nstate_dir = \"%s\"\n%s\n[tun]\n%s\n[offload]\n%s%s"
            .formatted(
                host.name(),
                keyFile(),
                directory.resolve("ipae.sock"),
                stateDirectory(),
                top,
                tun,
                offload,
                peers);
    try {
      Files.writeString(configFile(), text);
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
    List<String> command = new ArrayList<>();
    if (!java.isEmpty()) {
      command.addAll(List.of("env", "JDK_JAVA_OPTIONS=" + java));
    }
    command.addAll(List.of(BIN.toString(), "run", "--config", configFile().toString()));
    process = host.start(directory.resolve("log." + runs++), command.toArray(String[]::new));
    return this;
  }

  public Process process() {
    return process;
  }

  /** CPU time of the daemon's threads whose names match, nanoseconds. */
  public long cpuNanos(String threads) throws IOException {
    long sum = 0;
    try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path t : tasks) {
        if (Files.readString(t.resolve("comm")).strip().matches(threads)) {
          sum += Long.parseLong(Files.readString(t.resolve("schedstat")).split(" ")[0]);
        }
      }
    }
    return sum;
  }

  /** kill -9. */
  public void kill() {
    process.destroyForcibly();
    join();
  }

  /** SIGTERM. */
  public void stop() {
    process.destroy();
    join();
  }

  private void join() {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** What the latest run has logged. */
  public String log() {
    try {
      return Files.readString(directory.resolve("log." + (runs - 1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command of ipae on this host, with this configuration unless it is about a key file. */
  public Command.Result ipae(String... command) {
    List<String> all = new ArrayList<>(List.of(BIN.toString()));
    all.addAll(List.of(command));
    if (!command[0].equals("key")) {
      all.add("--config");
      all.add(configFile().toString());
    }
    return host.run(all.toArray(String[]::new));
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
