// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.ipae.lab.Command;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.jspecify.annotations.Nullable;

/**
 * A zone below net that changes: a primary BIND signs it itself and takes updates, a secondary one
 * follows.
 */
public final class Live {
  /** Takes updates. */
  public static final String PRIMARY = "10.53.0.4";

  /** Follows. */
  public static final String SECONDARY = "10.53.0.5";

  private static final String OPTIONS =
      """
      options { directory "%s"; listen-on { %s; }; listen-on-v6 { none; }; recursion no;
        pid-file none; session-keyfile none; dnssec-validation no; notify-delay 0;
        notify-source %s; transfer-source %s; allow-transfer { any; }; max-records-per-type 1000; };
      controls { };
      """;

  private final Host host;
  private final String zone;
  private final Path directory;
  private @Nullable Process secondary;

  /**
   * Makes the keys.
   *
   * @param zone with a dot at its end
   */
  public Live(Lab lab, Host host, String zone) {
    this.host = host;
    this.zone = zone;
    directory = lab.directory().resolve("live");
    try {
      for (String d : List.of("keys", "first", "second")) {
        Files.createDirectories(directory.resolve(d));
      }
      Command.must(List.of("dnssec-keygen", "-q", "-k", "default", "-K", in("keys"), zone));
      updateKey("right", "update");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String in(String name) {
    return directory.resolve(name).toString();
  }

  /** A file with a key for updates, that of {@link #serve} if it is called "right". */
  public Path updateKey(String file, String name) throws IOException {
    Path out = directory.resolve(file);
    Files.writeString(out, Command.must(List.of("tsig-keygen", name)));
    Command.must(List.of("chmod", "600", out.toString()));
    return out;
  }

  /** The file with the key for updates. */
  public Path updateKey() {
    return directory.resolve("right");
  }

  /** Records for net. */
  public String delegation() {
    try (var keys = Files.newDirectoryStream(directory.resolve("keys"), "*.key")) {
      String ds =
          Command.must(List.of("dnssec-dsfromkey", "-2", keys.iterator().next().toString()));
      return "%1$s 300 IN NS ns4.net.\n%1$s 300 IN NS ns5.net.\n%2$sns4.net. 300 IN A %3$s\nns5.net. 300 IN A %4$s\n"
          .formatted(zone, ds, PRIMARY, SECONDARY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts both servers.
   *
   * @param grants lines of named.conf in the zone: what the key for updates may do
   */
  public void serve(List<String> grants) throws IOException {
    for (String a : List.of(PRIMARY, SECONDARY)) {
      host.address("lo", a + "/32");
    }
    Files.writeString(
        directory.resolve("first/zone"),
        "$ORIGIN %s\n$TTL 300\n@ IN SOA ns4.net. host.net. 1 3600 600 86400 2\n@ IN NS ns4.net.\n@ IN NS ns5.net.\n"
            .formatted(zone));
    Files.writeString(
        directory.resolve("first.conf"),
        OPTIONS.formatted(in("first"), PRIMARY, PRIMARY, PRIMARY)
            + Files.readString(updateKey())
            + "zone \"%s\" { type primary; file \"zone\"; dnssec-policy default; key-directory \"%s\";\n  notify explicit; also-notify { %s; };\n%s\n};\n"
                .formatted(zone, in("keys"), SECONDARY, String.join("\n", grants)));
    Files.writeString(
        directory.resolve("second.conf"),
        OPTIONS.formatted(in("second"), SECONDARY, SECONDARY, SECONDARY)
            + "zone \"%s\" { type secondary; file \"zone\"; primaries { %s; }; };\n"
                .formatted(zone, PRIMARY));
    start("first");
    signed(PRIMARY);
    startSecondary();
  }

  private Process start(String name) {
    return host.start(directory.resolve(name + ".log"), "named", "-g", "-c", in(name + ".conf"));
  }

  /** The secondary, with what it had. */
  public void startSecondary() {
    secondary = start("second");
    signed(SECONDARY);
  }

  /** The secondary hears no more of the primary, and goes on with what it has. */
  public void deafenSecondary() {
    host.must(
        "nft",
        "table inet deaf { chain i { type filter hook input priority 0; iif lo ip saddr "
            + PRIMARY
            + " ip daddr "
            + SECONDARY
            + " drop; iif lo ip saddr "
            + SECONDARY
            + " ip daddr "
            + PRIMARY
            + " drop; }; }");
  }

  /** It hears of it again: it is started anew, and asks. */
  public void healSecondary() throws InterruptedException {
    host.must("nft", "delete", "table", "inet", "deaf");
    Process p = Objects.requireNonNull(secondary);
    p.destroy();
    p.waitFor();
    startSecondary();
  }

  private void signed(String server) {
    Lab.await(
        20_000,
        server + " has a signed zone",
        () ->
            host.run("dig", "+tries=1", "+time=1", "+dnssec", "@" + server, zone, "SOA")
                .out()
                .contains("RRSIG"));
  }
}
