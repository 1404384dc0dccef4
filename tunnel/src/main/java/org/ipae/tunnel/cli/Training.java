// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.config.KeyFile;

/**
 * Two hosts that call each other on the loopback interface, for the start from which {@code
 * prepare} lets the JVM learn. One has as many peers as a large gateway, so that the code that
 * reads and routes them is known as well.
 */
final class Training {
  private static final int IDLE = 2_000;

  private Training() {}

  /** Writes {@code host.toml} and {@code peer.toml}, with their keys, into an empty directory. */
  static void write(Ipae ipae, Path directory) throws IOException {
    StringBuilder peers = new StringBuilder();
    try (X25519KeyPair host = Key.fresh(ipae);
        X25519KeyPair peer = Key.fresh(ipae)) {
      KeyFile.write(directory.resolve("host.key"), host);
      KeyFile.write(directory.resolve("peer.key"), peer);
      peers.append(section("peer", peer, "endpoint = \"127.0.0.2\"", "198.51.100.0/24"));
      Files.writeString(
          directory.resolve("peer.toml"),
          host(directory, "peer", 2) + section("host", host, "", "192.0.2.1/32"));
    }
    for (int i = 0; i < IDLE; i++) {
      try (X25519KeyPair idle = Key.fresh(ipae)) {
        String route = "10.%d.%d.0/24".formatted(i >> 8, i & 0xff);
        peers.append(section("idle-" + i, idle, "", route));
      }
    }
    Files.writeString(directory.resolve("host.toml"), host(directory, "host", 1) + peers);
  }

  /** Rules and tables are the host's alone: both are in one network namespace. */
  private static String host(Path directory, String name, int number) {
    return """
    name = "%1$s"
    private_key = "%2$s/%1$s.key"
    listen = ["127.0.0.%3$d:1138"]
    socket = "%2$s/%1$s.sock"
    state_dir = "%2$s/%1$s"
    table = %4$s
    [tun]
    name = "tun%3$d"
    addresses = ["192.0.2.%3$d/32"]
    """
        .formatted(name, directory, number, number == 1 ? "1138" : "\"off\"");
  }

  private static String section(String name, X25519KeyPair key, String more, String route) {
    return """
    [[peer]]
    name = "%s"
    key = "%s"
    routes = ["%s"]
    %s
    """
        .formatted(name, PublicKey.of(key.publicKey()), route, more);
  }
}
