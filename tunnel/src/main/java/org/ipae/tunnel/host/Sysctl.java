// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the kernel for one interface, {@code net.ipv4.conf.NAME.key} and the same of IPv6, in
 * the network namespace of this process.
 *
 * @param root of the file system
 * @param link name of the interface, or {@code all} or {@code default}
 */
public record Sysctl(Path root, String link) {

  /** Those of an interface of this host. */
  static Sysctl of(String link) {
    return new Sysctl(Path.of("/"), link);
  }

  private Path file(String family, String key) {
    return root.resolve("proc/sys/net").resolve(family).resolve("conf").resolve(link).resolve(key);
  }

  /** The name of a setting, as {@code sysctl} wants it. */
  public String name(String family, String key) {
    return "net."
        + family
        + ".conf."
        + (link.indexOf('.') < 0 ? link : "'" + link + "'")
        + "."
        + key;
  }

  private @Nullable String read(String family, String key) {
    try {
      return Files.readString(file(family, key)).strip();
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether IPv6 addresses and routes can be had; not so where it is off since the boot. */
  public boolean ipv6() {
    return "0".equals(read("ipv6", "disable_ipv6"));
  }

  /** Whether the kernel tells senders of a better way, RFC 792 "redirect". */
  public boolean sendsRedirects() {
    return "1".equals(read("ipv4", "send_redirects"));
  }

  /**
   * Switches that off.
   *
   * @return false if it cannot be, as in containers
   */
  boolean stopRedirects() {
    try {
      Files.writeString(file("ipv4", "send_redirects"), "0");
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
