// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.library.LibraryWish;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.session.Limits;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Nearest;
import org.ipae.tunnel.toml.Source;
import org.ipae.tunnel.toml.Table;
import org.jspecify.annotations.Nullable;

/** Reads the files of a configuration into a {@link Config}, or reports all their mistakes. */
public final class ConfigReader {
  /** Seconds. */
  private static final int LONGEST_REKEY = (int) (Timing.LONGEST_REKEY / 1_000);

  private static final String TUN = "tun";
  private static final String OFFLOAD = "offload";
  private static final String PEER = "peer";
  static final List<String> KEYS =
      List.of(
          "name",
          "private_key",
          "listen",
          "socket",
          "state_dir",
          "lanes",
          "suites",
          "vhosts",
          "rekey",
          "ports",
          "fwmark",
          "table",
          "rule_priority",
          "route_protocol",
          "metric",
          TUN,
          OFFLOAD,
          Dns.TABLE,
          PEER);
  static final List<String> TUN_KEYS = List.of("name", "addresses", "mtu");
  static final List<String> OFFLOAD_KEYS =
      List.of("tun_tcp", "tun_udp", "udp_gso", "udp_gro", "crypto");
  private static final int INTERFACE_NAME = 15;
  static final int LEAST_MTU = 1280;
  static final int MOST_MTU = 65535;

  /** What "auto" stands for: fits a path of 1500 bytes with every header of the protocol. */
  private static final int AUTO_MTU = 1420;

  private static final long MOST_INT = Integer.MAX_VALUE;
  private static final long MOST_MARK = 0xffff_ffffL;

  private final Path file;
  private final List<Source> sources;
  private final List<ConfigError> errors = new ArrayList<>();

  private ConfigReader(Path file, List<Source> sources) {
    this.file = file;
    this.sources = sources;
  }

  /**
   * Reads and validates the file and its fragments, and reads the private key. Looks up no name.
   *
   * @throws ConfigErrors with every mistake that was found
   */
  public static Config read(Path file) throws ConfigErrors {
    return read(file, Map.of());
  }

  /** Reads all files; those in {@code instead} as if they had that text. */
  static Config read(Path file, Map<Path, String> instead) throws ConfigErrors {
    return new ConfigReader(file, sources(file, instead)).config();
  }

  /**
   * The control socket that this file names, without validating anything else; the default if there
   * is no file.
   *
   * @throws ConfigErrors if the file cannot be read or parsed
   */
  public static Path socket(Path file) throws ConfigErrors {
    Path named = Files.notExists(file) ? null : single(file, "socket");
    return named == null ? Config.DEFAULT_SOCKET : named;
  }

  /**
   * The private key file that this file names, without validating anything else.
   *
   * @throws ConfigErrors if the file cannot be read or parsed, or names none
   */
  public static Path privateKey(Path file) throws ConfigErrors {
    Path named = single(file, "private_key");
    if (named == null) {
      throw new ConfigErrors(
          ConfigError.of(
              file, "\"private_key\" is missing", "add private_key = \"/etc/ipae/host.key\""));
    }
    return named;
  }

  private static @Nullable Path single(Path file, String key) throws ConfigErrors {
    for (Source s : sources(file, Map.of())) {
      JsonNode value = s.tree().path(key);
      if (value.isTextual()) {
        return beside(s.file(), value.textValue());
      }
    }
    return null;
  }

  /** The main file, then the fragments by name. */
  static List<Source> sources(Path file, Map<Path, String> instead) throws ConfigErrors {
    List<Path> files = new ArrayList<>(List.of(file));
    Path fragments = file.resolveSibling("ipae.d");
    if (Files.isDirectory(fragments)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(fragments, "*.toml")) {
        List<Path> sorted = new ArrayList<>();
        found.forEach(sorted::add);
        sorted.sort(null);
        files.addAll(sorted);
      } catch (IOException e) {
        throw new ConfigErrors(
            ConfigError.of(
                fragments, "cannot be listed (" + Reason.of(e) + ")", "check its mode and owner"));
      }
    }
    List<Source> out = new ArrayList<>();
    for (Path f : files) {
      String text = instead.get(f);
      out.add(text == null ? Source.read(f) : Source.parse(f, text));
    }
    return out;
  }

  private static Path beside(Path file, String path) {
    return file.toAbsolutePath().resolveSibling(path).normalize();
  }

  private Config config() throws ConfigErrors {
    Source main = sources.getFirst();
    Table top = new Table(main, "", KEYS, errors);
    Table tun = new Table(main, TUN, TUN_KEYS, errors);
    Table offload = new Table(main, OFFLOAD, OFFLOAD_KEYS, errors);
    Table dns = new Table(main, Dns.TABLE, Dns.KEYS, errors);
    List<Field> peers = new ArrayList<>();
    for (Source s : sources) {
      ObjectNode rest = s.tree().objectNode().setAll(s.tree());
      table(s, TUN, rest.remove(TUN), tun);
      table(s, OFFLOAD, rest.remove(OFFLOAD), offload);
      table(s, Dns.TABLE, rest.remove(Dns.TABLE), dns);
      peers(s, rest.remove(PEER), peers);
      top.merge(s, rest);
    }
    String name = top.parsed(top.required("name", "gw-a.example.net"), Name::parse);
    Field keyField = top.required("private_key", "/etc/ipae/host.key");
    Path keyPath = keyField == null ? null : beside(file, keyField.text());
    PublicKey key = keyPath == null ? null : top.parsed(keyField, _ -> publicKey(keyPath));
    List<Address> listen = listen(top);
    Path socket = path(top, "socket", Config.DEFAULT_SOCKET);
    Path stateDir = path(top, "state_dir", Config.DEFAULT_STATE_DIRECTORY);
    int lanes = (int) top.number("lanes", 1, Limits.MAX_LANES, defaultLanes());
    List<Suite> suites = suites(top);
    List<String> vhosts = top.parsedList("vhosts", Name::parse);
    Duration rekey = Duration.ofSeconds(top.number("rekey", 3, LONGEST_REKEY, 120));
    int first = listen.isEmpty() ? Address.DEFAULT_PORT : listen.getFirst().port();
    PortRange ports = OwnPorts.read(top, first);
    int mark = (int) top.number("fwmark", 0, MOST_MARK, 0);
    int table = RoutingTable.read(top);
    int rules =
        (int) top.number("rule_priority", 0, RoutingTable.MOST_PRIORITY, RoutingTable.PRIORITY);
    int protocol = (int) top.number("route_protocol", 1, 255, 138);
    int metric = (int) top.number("metric", 0, MOST_INT, 0);
    Config.Tun tunSection = tun(tun);
    Offload offloadSection = offload(offload);
    LibraryWish library = library(offload);
    List<Config.Peer> sections = new PeerReader(key, errors).read(peers);
    Dns dnsSection = Dns.read(dns, file, sections);
    if (!errors.isEmpty()) {
      throw new ConfigErrors(errors);
    }
    return new Config(
        file,
        Objects.requireNonNull(name),
        Objects.requireNonNull(keyPath),
        Objects.requireNonNull(key),
        listen,
        socket,
        stateDir,
        lanes,
        suites,
        vhosts,
        rekey,
        ports,
        mark,
        table,
        rules,
        protocol,
        metric,
        tunSection,
        offloadSection,
        library,
        dnsSection,
        sections);
  }

  private void table(Source source, String name, @Nullable JsonNode node, Table out) {
    if (node instanceof ObjectNode table) {
      out.merge(source, table);
    } else if (node != null) {
      errors.add(
          new Field(source, name, node)
              .error("\"" + name + "\" must be a table", "write [" + name + "]"));
    }
  }

  private static Offload offload(Table t) {
    return new Offload(
        t.flag("tun_tcp", true),
        t.flag("tun_udp", true),
        t.flag("udp_gso", true),
        t.flag("udp_gro", true));
  }

  private static LibraryWish library(Table t) {
    Field f = t.field("crypto");
    if (f == null || f.value().isBoolean()) {
      return t.flag("crypto", true) ? LibraryWish.AUTO : LibraryWish.JDK;
    }
    if (!f.value().isTextual()) {
      t.error(
          "crypto",
          "\"crypto\" must be \"auto\", \"jdk\" or the path of a library, not " + f.typeName(),
          "write crypto = \"auto\"");
    }
    LibraryWish wish = f.value().isTextual() ? t.parsed(f, LibraryWish::parse) : null;
    return wish == null ? LibraryWish.AUTO : wish;
  }

  private void peers(Source source, @Nullable JsonNode node, List<Field> out) {
    if (node == null) {
      return;
    }
    boolean sound = node.isArray();
    for (int i = 0; i < node.size() && sound; i++) {
      sound = node.get(i).isObject();
      out.add(new Field(source, PEER + "[" + i + "]", node.get(i)));
    }
    if (!sound) {
      out.clear();
      errors.add(
          ConfigError.at(
              source.file(),
              source.locator().table(PEER),
              "\"peer\" must be a list of tables",
              "write [[peer]], with two brackets"));
    }
  }

  private static PublicKey publicKey(Path keyFile) {
    try (var pair = KeyFile.load(keyFile)) {
      return PublicKey.of(pair.publicKey());
    }
  }

  private static int defaultLanes() {
    return Math.min(Runtime.getRuntime().availableProcessors(), Config.DEFAULT_LANES);
  }

  private static Path path(Table top, String key, Path fallback) {
    Field f = top.text(key);
    return f == null ? fallback : beside(f.source().file(), f.text());
  }

  private static List<Address> listen(Table top) {
    List<Address> out = top.parsedList("listen", Address::listen);
    if (top.field("listen") == null) {
      return List.of(
          new Address("0.0.0.0", Address.DEFAULT_PORT), new Address("::", Address.DEFAULT_PORT));
    }
    if (top.empty("listen")) {
      top.error(
          "listen", "\"listen\" is empty", "write listen = [\"0.0.0.0:1138\", \"[::]:1138\"]");
    }
    onePort(top, out, "IPv4", a -> a.host().indexOf(':') < 0);
    onePort(top, out, "IPv6", a -> a.host().indexOf(':') >= 0);
    return out;
  }

  /** The answer to a datagram on a second port would leave from the first. */
  private static void onePort(
      Table top, List<Address> listen, String family, Predicate<Address> ofFamily) {
    List<String> ports =
        listen.stream().filter(ofFamily).map(a -> String.valueOf(a.port())).distinct().toList();
    if (ports.size() > 1) {
      top.error(
          "listen",
          "\"listen\" has several ports for " + family + ": " + String.join(", ", ports),
          "keep one of them; several addresses may share it");
    }
  }

  private static List<Suite> suites(Table top) {
    List<String> names = Arrays.stream(Suite.values()).map(Suite::configName).toList();
    List<Suite> out =
        top.parsedList(
            "suites",
            text -> {
              Suite suite = Suite.byConfigName(text);
              if (suite == null) {
                throw new BadText("unknown suite \"" + text + "\"", Nearest.suggest(text, names));
              }
              return suite;
            });
    if (top.field("suites") == null) {
      return Arrays.stream(Suite.values()).filter(Suite::hybrid).toList();
    }
    if (top.empty("suites")) {
      top.error("suites", "\"suites\" is empty", "remove the line for the default");
    }
    return List.copyOf(new LinkedHashSet<>(out));
  }

  private static Config.Tun tun(Table tun) {
    String name =
        tun.parsed(
            tun.text("name"),
            text -> {
              if (text.length() > INTERFACE_NAME || !text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
                throw new BadText(
                    "\"" + text + "\" is not an interface name",
                    "use at most 15 letters, digits, '.', '_' and '-', like tun0");
              }
              return text;
            });
    List<Cidr> addresses = tun.parsedList("addresses", Cidr::parse);
    boolean auto = tun.auto("mtu", AUTO_MTU);
    int size = auto ? AUTO_MTU : (int) tun.number("mtu", LEAST_MTU, MOST_MTU, AUTO_MTU);
    return new Config.Tun(name == null ? "tun0" : name, addresses, size, auto);
  }
}
