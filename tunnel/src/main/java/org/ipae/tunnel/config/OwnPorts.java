// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.Field;
import org.ipae.tunnel.toml.Table;

/** The setting "ports": from where this host's own datagrams leave. */
public final class OwnPorts {
  /**
   * Divisible by 2 to 8, 10, 12, 14 and 15: a port of lane n is best the listening port + n modulo
   * this, so that a host which divides its port by that of the sender ({@link
   * org.ipae.tun.udp.PortGroup}) receives each lane in another thread.
   */
  public static final int STRIDE = 840;

  /** Few services are known here; the kernel's own choices for clients begin at 32,768. */
  private static final int LEAST = 28_000;

  /** Lanes, and names that are looked up at one time. */
  private static final int COUNT = 1_024;

  private static final int LEAST_COUNT = 32;
  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

  private OwnPorts() {}

  static PortRange read(Table top, int listening) {
    Field f = top.text("ports");
    PortRange written =
        f == null || f.text().equals("auto") ? null : top.parsed(f, OwnPorts::parse);
    return written == null ? beside(listening) : written;
  }

  /** Those that belong to a listening port. */
  static PortRange beside(int listening) {
    int first = LEAST + Math.floorMod(listening - LEAST, STRIDE);
    return new PortRange(first, first + COUNT - 1);
  }

  private static PortRange parse(String text) {
    Matcher m = RANGE.matcher(text);
    if (m.matches()) {
      int first = Integer.parseInt(m.group(1));
      int last = Integer.parseInt(m.group(2));
      if (first >= 1 && last <= 65_535 && last - first + 1 >= LEAST_COUNT) {
        return new PortRange(first, last);
      }
    }
    throw new BadText(
        "\"" + text + "\" is not a range of at least " + LEAST_COUNT + " ports",
        "write ports = \"" + beside(Address.DEFAULT_PORT) + "\"");
  }
}
