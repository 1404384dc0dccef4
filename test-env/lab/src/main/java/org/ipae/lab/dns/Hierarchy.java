// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.lab.Command;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.jspecify.annotations.Nullable;

/**
 * A root of its own, net, and zones below it, signed by BIND's tools with keys of this run and
 * served by one named; an Unbound that resolves and checks nothing, and one that validates: the
 * judge.
 */
public final class Hierarchy {
  private static final String SERVER = "10.53.0.1";

  /** Resolves without checking signatures. */
  public static final String RESOLVER = "10.53.0.2";

  /** Validates. */
  public static final String JUDGE = "10.53.0.3";

  private static final String NOBODY = "10.53.0.9";
  private static final String SOA =
      "@ 300 IN SOA ns.net. host.net. 1 3600 600 86400 60\n@ 300 IN NS ns.net.\n";

  private final Host host;
  private final Path directory;
  private final List<String> zones = new ArrayList<>();
  private @Nullable Process server;

  /** Signs the zones and starts the servers on a host, at addresses of its lo. */
  public Hierarchy(Lab lab, Host host, List<Zone> below) {
    this(lab, host, below, "");
  }

  /**
   * The same.
   *
   * @param more records of net
   */
  public Hierarchy(Lab lab, Host host, List<Zone> below, String more) {
    this.host = host;
    directory = lab.directory().resolve("dns");
    try {
      Files.createDirectories(directory.resolve("keys"));
      StringBuilder net = new StringBuilder("ns.net. 300 IN A " + SERVER + "\n");
      net.append("nobody.net. 300 IN A ").append(NOBODY).append('\n').append(more);
      for (Zone z : below) {
        net.append(delegation(z));
        if (z.served()) {
          write(z);
        }
      }
      write(Zone.of("net.", net.toString()));
      write(Zone.of(".", "net. 300 IN NS ns.net.\nns.net. 300 IN A " + SERVER + "\n" + ds("net.")));
      serve();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file with the trust anchor. */
  public Path anchor() {
    return directory.resolve("root.ds");
  }

  /** A zone that is served has other records from now on, signed with the keys of before. */
  public void change(Zone z) throws IOException {
    write(z);
    Command.must(List.of("kill", "-HUP", "" + Objects.requireNonNull(server).pid()));
  }

  private String delegation(Zone z) throws IOException {
    String ns = z.has(Zone.Flaw.SILENT) ? "nobody.net." : "ns.net.";
    String ds = "";
    if (z.served() && !z.has(Zone.Flaw.UNSIGNED)) {
      key(z.name(), z.algorithm());
      if (z.has(Zone.Flaw.OTHER_DS)) {
        Files.createDirectories(directory.resolve("other"));
        String other = generate(z.name(), z.algorithm(), directory.resolve("other"));
        ds = dsOf(directory.resolve("other").resolve(other + ".key"));
      } else {
        ds = ds(z.name());
      }
    }
    return z.name() + " 300 IN NS " + ns + "\n" + ds;
  }

  private String generate(String zone, String algorithm, Path into) {
    return Command.must(
            List.of(
                "dnssec-keygen", "-q", "-f", "KSK", "-a", algorithm, "-K", into.toString(), zone))
        .strip();
  }

  private String key(String zone, String algorithm) {
    return generate(zone, algorithm, directory.resolve("keys"));
  }

  private String ds(String zone) throws IOException {
    try (Stream<Path> keys = Files.list(directory.resolve("keys"))) {
      return keys.filter(k -> k.getFileName().toString().startsWith("K" + zone + "+"))
          .filter(k -> k.toString().endsWith(".key"))
          .map(Hierarchy::dsOf)
          .collect(Collectors.joining());
    }
  }

  private static String dsOf(Path key) {
    return Command.must(List.of("dnssec-dsfromkey", "-2", key.toString()));
  }

  private String fileOf(String zone) {
    return zone.equals(".") ? "root" : zone.substring(0, zone.length() - 1);
  }

  private void write(Zone z) throws IOException {
    Path plain = directory.resolve(fileOf(z.name()));
    Files.writeString(plain, "$ORIGIN " + z.name() + "\n$TTL 300\n" + SOA + z.records());
    if (!zones.contains(z.name())) {
      zones.add(z.name());
    }
    Path signed = directory.resolve(fileOf(z.name()) + ".signed");
    if (z.has(Zone.Flaw.UNSIGNED) || z.has(Zone.Flaw.SIGNATURES_GONE)) {
      Files.copy(plain, signed, StandardCopyOption.REPLACE_EXISTING);
      return;
    }
    if (z.name().equals(".") || z.name().equals("net.")) {
      key(z.name(), z.algorithm());
    }
    List<String> command =
        new ArrayList<>(
            List.of("dnssec-signzone", "-q", "-P", "-S", "-z", "-O", "full", "-o", z.name()));
    command.addAll(List.of("-K", directory.resolve("keys").toString()));
    command.addAll(List.of("-d", directory.toString(), "-f", signed.toString()));
    if (z.has(Zone.Flaw.NSEC3) || z.has(Zone.Flaw.OPT_OUT)) {
      command.addAll(List.of("-3", "-"));
    }
    if (z.has(Zone.Flaw.OPT_OUT)) {
      command.add("-A");
    }
    if (z.has(Zone.Flaw.EXPIRED)) {
      command.addAll(List.of("-s", "20240101000000", "-e", "20240201000000"));
    }
    if (z.has(Zone.Flaw.NOT_YET_VALID)) {
      command.addAll(List.of("-s", "20400101000000", "-e", "20400201000000"));
    }
    command.add(plain.toString());
    Command.must(command);
    if (z.has(Zone.Flaw.SRV_SIGNATURE_GONE)) {
      List<String> left =
          Files.readAllLines(signed).stream()
              .filter(l -> !l.matches(".*\\sRRSIG\\s+SRV\\s.*"))
              .toList();
      Files.write(signed, left);
    }
    if (z.name().equals(".")) {
      Files.writeString(anchor(), ds("."));
    }
  }

  private void serve() throws IOException {
    for (String a : List.of(SERVER, RESOLVER, JUDGE)) {
      host.address("lo", a + "/32");
    }
    StringBuilder named =
        new StringBuilder(
            ("options { directory \"%s\"; listen-on { %s; }; listen-on-v6 { none; }; recursion no;"
                    + " pid-file none; session-keyfile none; dnssec-validation no; max-records-per-type 1000; };\n"
                    + "controls { };\n")
                .formatted(directory, SERVER));
    for (String z : zones) {
      named.append(
          "zone \"%s\" { type primary; file \"%s\"; };\n"
              .formatted(z, directory.resolve(fileOf(z) + ".signed")));
    }
    Path conf = directory.resolve("named.conf");
    Files.writeString(conf, named);
    server = host.start(directory.resolve("named.log"), "named", "-g", "-c", conf.toString());
    Files.writeString(
        directory.resolve("hints"), ". 300 IN NS ns.net.\nns.net. 300 IN A " + SERVER + "\n");
    unbound("resolver", RESOLVER, "module-config: \"iterator\"\n");
    unbound(
        "judge",
        JUDGE,
        "module-config: \"validator iterator\"\nede: yes\ntrust-anchor-file: \""
            + anchor()
            + "\"\n");
    for (String a : List.of(SERVER, RESOLVER, JUDGE)) {
      Lab.await(
          10_000,
          a + " answers",
          () -> host.run("dig", "+tries=1", "+time=1", "@" + a, "net.", "SOA").exit() == 0);
    }
  }

  private void unbound(String name, String address, String lines) throws IOException {
    Path conf = directory.resolve(name + ".conf");
    Files.writeString(
        conf,
        """
        server:
        interface: %s
        outgoing-interface: %s
        do-daemonize: no
        chroot: ""
        username: ""
        directory: "%s"
        pidfile: ""
        use-syslog: no
        access-control: 0.0.0.0/0 allow
        do-not-query-localhost: no
        root-hints: "%s"
        qname-minimisation: no
        infra-host-ttl: 1
        num-threads: 1
        %sremote-control:
        control-enable: no
        """
            .formatted(address, address, directory, directory.resolve("hints"), lines));
    host.start(directory.resolve(name + ".log"), "unbound", "-d", "-c", conf.toString());
  }

  /** What delv says, which asks the resolver that checks nothing: as {@link #judged}. */
  public String delved(String name, String type) throws IOException {
    Path anchors = directory.resolve("delv.anchors");
    if (Files.notExists(anchors)) {
      String[] ds = Files.readString(anchor()).strip().split("\\s+", 7);
      Files.writeString(
          anchors,
          "trust-anchors { . static-ds %s %s %s \"%s\"; };\n"
              .formatted(ds[3], ds[4], ds[5], ds[6].replace(" ", "")));
    }
    Command.Result r =
        host.run("delv", "@" + RESOLVER, "-a", anchors.toString(), "+root=.", name, type);
    String out = r.out() + r.err();
    if (out.contains("negative response") || out.contains("ncache")) {
      return "absent";
    }
    if (out.contains("resolution failed")) {
      return out.contains("SERVFAIL") || out.contains("timed out") ? "unreachable" : "bogus";
    }
    return out.contains("unsigned answer")
        ? "insecure"
        : out.contains("fully validated") ? "secure" : out;
  }

  /** What the judge says: secure, insecure, bogus, absent, or its code. */
  public String judged(String name, String type) {
    String out = host.run("dig", "+dnssec", "+tries=1", "+time=5", "@" + JUDGE, name, type).out();
    boolean answer =
        out.lines().anyMatch(l -> l.matches("\\S+\\s+\\d+\\s+IN\\s+" + type + "\\s.*"));
    boolean ad = out.lines().anyMatch(l -> l.startsWith(";; flags:") && l.contains(" ad"));
    if (out.contains("status: SERVFAIL")) {
      return out.contains("EDE: 22") || out.contains("EDE: 23") ? "unreachable" : "bogus";
    }
    if (!answer) {
      return out.contains("status: N") ? "absent" : "unreachable";
    }
    return ad ? "secure" : "insecure";
  }
}
