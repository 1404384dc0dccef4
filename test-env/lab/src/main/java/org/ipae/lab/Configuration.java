// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.nio.file.Path;
import java.util.List;

/** Writes the configuration of a gateway. */
final class Configuration {
  /** Lines for [offload]: nothing is left to the kernel or to a library. */
  static final String NO_OFFLOAD =
      "tun_tcp = false\ntun_udp = false\nudp_gso = false\nudp_gro = false\ncrypto = false\n";

  private final String name;
  private final Path directory;
  private final StringBuilder top = new StringBuilder();
  private final StringBuilder tun = new StringBuilder();
  private final StringBuilder dns = new StringBuilder();
  private final StringBuilder peers = new StringBuilder();
  private String offload = System.getProperty("ipae.offload", "on").equals("off") ? NO_OFFLOAD : "";

  Configuration(String name, Path directory) {
    this.name = name;
    this.directory = directory;
  }

  void top(String lines) {
    top.append(lines).append('\n');
  }

  void tun(String lines) {
    tun.append(lines).append('\n');
  }

  void dns(String lines) {
    dns.append(lines).append('\n');
  }

  /** Without it the system property ipae.offload decides, "off" or not. */
  void offload(String lines) {
    offload = lines + "\n";
  }

  /**
   * An empty endpoint waits for the peer, an empty key is in DNS; {@code more} are further lines.
   */
  void peer(String name, String key, String endpoint, String more, List<String> routes) {
    peers.append("\n[[peer]]\n").append(line("name", name));
    if (!key.isEmpty()) {
      peers.append(line("key", key));
    }
    if (!endpoint.isEmpty()) {
      peers.append(line("endpoint", endpoint));
    }
    peers.append("routes = [\"").append(String.join("\", \"", routes)).append("\"]\n");
    peers.append(more).append('\n');
  }

  private static String line(String key, Object value) {
    return key + " = \"" + value + "\"\n";
  }

  String text() {
    return line("name", name)
        + line("private_key", directory.resolve("host.key"))
        + line("socket", directory.resolve("ipae.sock"))
        + line("state_dir", directory.resolve("state"))
        + top
        + "\n[tun]\n"
        + tun
        + "\n[offload]\n"
        + offload
        + (dns.isEmpty() ? "" : "\n[dns]\n" + dns)
        + peers;
  }
}
