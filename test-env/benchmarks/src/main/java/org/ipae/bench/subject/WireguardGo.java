// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.ipae.bench.report.Column;
import org.ipae.lab.Command;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;

/** WireGuard in user space. */
public final class WireguardGo extends Executable {
  private static final String PORT = "51820";

  private final List<String> publicKeys;

  /** Has keys when it returns. */
  public WireguardGo(Sites sites, Path program) {
    super(sites, program);
    publicKeys = List.of(key(1), key(2));
  }

  @Override
  public Column column() {
    return Column.WIREGUARD;
  }

  @Override
  public String lan(int side) {
    return "10.3" + side + ".0";
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

  @Override
  Process start(int side) {
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
            program(),
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
      publicKeys.get(2 - side),
      "endpoint",
      Sites.wan(3 - side) + ":" + PORT,
      "allowed-ips",
      lan(3 - side) + ".0/24"
    };
    Lab.await(5_000, "wireguard-go is ready", () -> gw.run(set).exit() == 0);
    sites.routeInto(this, side, link);
    return p;
  }
}
