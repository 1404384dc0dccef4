// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.OptionalDouble;
import org.ipae.bench.report.Column;
import org.ipae.lab.Command;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.jspecify.annotations.Nullable;

/** WireGuard in user space. */
public final class WireguardGo implements Subject {
  private static final String PORT = "51820";

  private final Sites sites;
  private final Path program;
  private @Nullable Ends ends;

  public WireguardGo(Sites sites, Path program) {
    this.sites = sites;
    this.program = program;
  }

  @Override
  public Column column() {
    return Column.WIREGUARD;
  }

  @Override
  public String lan(int side) {
    return "10.3" + side + ".0";
  }

  @Override
  public void start() {
    sites.connect(this);
    String[] keys = {key(1), key(2)};
    ends = new Ends(start(1, keys[1]), start(2, keys[0]));
  }

  private Path keyFile(int side) {
    return sites.file("wg-key-" + side);
  }

  /** Makes a private key and returns its public one. */
  private String key(int side) {
    Path file = keyFile(side);
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, Command.must("wg", "genkey"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Command.must("sh", "-c", "wg pubkey <" + file).strip();
  }

  private Process start(int side, String peer) {
    // The interface's name is also that of a socket of this machine.
    String link = "wgb" + ProcessHandle.current().pid() + (side == 1 ? "a" : "b");
    Host gw = sites.gateway(side);
    Process p =
        gw.start(
            sites.file("wireguard-" + side),
            "env",
            "LOG_LEVEL=error",
            "WG_PROCESS_FOREGROUND=1",
            "WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1",
            program.toString(),
            "-f",
            link);
    String[] set = {
      "wg",
      "set",
      link,
      "private-key",
      keyFile(side).toString(),
      "listen-port",
      PORT,
      "peer",
      peer,
      "endpoint",
      Sites.wan(3 - side) + ":" + PORT,
      "allowed-ips",
      lan(3 - side) + ".0/24"
    };
    Lab.await(5_000, "wireguard-go is ready", () -> gw.run(set).exit() == 0);
    sites.routeInto(this, side, link);
    return p;
  }

  @Override
  public double cpu() {
    return Objects.requireNonNull(ends).cpu();
  }

  @Override
  public OptionalDouble rss() {
    return OptionalDouble.of(Objects.requireNonNull(ends).rss());
  }
}
