// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.dns;

import java.nio.file.Path;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;

/**
 * Two hosts, and a router between them on which all of DNS is.
 *
 * <pre>
 * a 10.54.0.1 ---- dns 10.54.0.2, 10.54.1.2 ---- b 10.54.1.1
 * </pre>
 */
public record NamedSites(Host a, Host b, Host dns) {
  public static final String A = "10.54.0.1";
  public static final String B = "10.54.1.1";

  /** Makes them. */
  public static NamedSites in(Lab lab) {
    NamedSites s = new NamedSites(lab.host("a"), lab.host("b"), lab.host("dns"));
    lab.cable(s.a, "eth0", s.dns, "eth0");
    lab.cable(s.b, "eth0", s.dns, "eth1");
    s.a.address("eth0", A + "/24").route("0.0.0.0/0", "10.54.0.2");
    s.b.address("eth0", B + "/24").route("0.0.0.0/0", "10.54.1.2");
    s.dns.address("eth0", "10.54.0.2/24").address("eth1", "10.54.1.2/24");
    s.dns.must("sysctl", "-qw", "net.ipv4.ip_forward=1");
    return s;
  }

  /** A gateway asks the resolver that checks nothing, and believes one anchor. */
  public static Gateway believes(Gateway g, Path anchor) {
    g.dns("resolvers = [\"" + Hierarchy.RESOLVER + "\"]");
    g.dns("trust_anchors = \"" + anchor + "\"");
    return g;
  }

  /** Records of a host: its keys at one address. */
  public static String records(String name, Iterable<String> keys, String address, int ttl) {
    StringBuilder out = new StringBuilder();
    for (String k : keys) {
      out.append(
          "_ipae._udp.%2$s. %4$d IN SRV 10 0 1138 %1$s.%2$s.\n%1$s.%2$s. %4$d IN A %3$s\n"
              .formatted(k, name, address, ttl));
    }
    return out.toString();
  }
}
