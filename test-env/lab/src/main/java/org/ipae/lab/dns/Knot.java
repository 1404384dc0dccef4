// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipae.lab.Command;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;

/** A zone below net that a Knot signs itself, and that takes updates. */
public final class Knot {
  private static final String ADDRESS = "10.53.0.6";

  private final Host host;
  private final String zone;
  private final Path directory;

  /**
   * Makes its keys.
   *
   * @param zone with a dot at its end
   */
  public Knot(Lab lab, Host host, String zone) {
    this.host = host;
    this.zone = zone;
    directory = lab.directory().resolve("knot");
    try {
      Files.createDirectories(directory.resolve("db"));
      Files.writeString(updateKey(), "hmac-sha512:update:" + secret());
      Command.must(List.of("chmod", "600", updateKey().toString()));
      configure(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keymgr("generate", "algorithm=ecdsap256sha256", "ksk=yes", "zsk=yes");
  }

  private static String secret() {
    return "c2VjcmV0IG9mIHRoaXMgbGFiLCBub3RoaW5nIGVsc2UgLi4u";
  }

  private String keymgr(String... command) {
    List<String> all = new ArrayList<>(List.of("keymgr", "-c", conf().toString(), zone));
    all.addAll(List.of(command));
    return Command.must(all);
  }

  private Path conf() {
    return directory.resolve("knot.conf");
  }

  /** The file with the key for updates. */
  public Path updateKey() {
    return directory.resolve("update.key");
  }

  /** Records for net. */
  public String delegation() {
    return "%1$s 300 IN NS ns6.net.\nns6.net. 300 IN A %2$s\n%3$s\n"
        .formatted(
            zone,
            ADDRESS,
            keymgr("ds").lines().filter(l -> l.contains(" 13 2 ")).findFirst().orElseThrow());
  }

  private void configure(List<String> acl) throws IOException {
    String id =
        acl.stream()
            .filter(l -> l.contains("id: "))
            .map(l -> l.replaceAll(".*id: ", ""))
            .findFirst()
            .orElse("");
    Files.writeString(
        conf(),
        """
        server:
            rundir: "%1$s"
            listen: %2$s@53
        log:
          - target: stderr
            any: info
        database:
            storage: "%1$s/db"
        key:
          - id: update
            algorithm: hmac-sha512
            secret: %3$s
        %4$s
        policy:
          - id: own
            algorithm: ecdsap256sha256
            single-type-signing: on
            ksk-lifetime: 0
        zone:
          - domain: %5$s
            storage: "%1$s"
            file: zone
            dnssec-signing: on
            dnssec-policy: own
            %6$s
        """
            .formatted(
                directory,
                ADDRESS,
                secret(),
                String.join("\n", acl),
                zone,
                id.isEmpty() ? "" : "acl: " + id));
  }

  /**
   * Starts the server.
   *
   * @param acl lines of knot.conf: what the key for updates may do
   */
  public void serve(List<String> acl) throws IOException {
    host.address("lo", ADDRESS + "/32");
    configure(acl);
    Files.writeString(
        directory.resolve("zone"),
        "$ORIGIN %s\n$TTL 300\n@ IN SOA ns6.net. host.net. 1 3600 600 86400 2\n@ IN NS ns6.net.\n"
            .formatted(zone));
    host.start(directory.resolve("log"), "knotd", "-c", conf().toString());
    Lab.await(
        20_000,
        ADDRESS + " has a signed zone",
        () ->
            host.run("dig", "+tries=1", "+time=1", "+dnssec", "@" + ADDRESS, zone, "SOA")
                .out()
                .contains("RRSIG"));
  }
}
