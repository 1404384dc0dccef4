// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Dns;
import org.ipae.tunnel.config.Publishing;
import org.ipae.tunnel.host.PublicAddresses;
import org.ipae.tunnel.names.NameKeys;
import org.ipae.tunnel.wire.Endpoint;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;

/**
 * The records of this host: for each key an SRV record, whose target begins with the key, and the
 * addresses of that target. PROTOCOL.md section 16.
 */
public final class OwnRecords {
  private final Name host;
  private final Name service;
  private final int port;
  private final List<InetAddress> addresses;
  private final Publishing how;

  /**
   * @param host name of this host
   * @param port UDP port that it listens on
   * @param addresses at which it can be reached
   * @throws IOException with one line, if a host of this name cannot be published
   */
  public OwnRecords(String host, int port, List<InetAddress> addresses, Publishing how)
      throws IOException {
    if (host.length() > Dns.LONGEST_NAME || host.indexOf('.') < 0) {
      throw new IOException(
          "the name \""
              + host
              + "\" cannot be published: it needs a dot, and at most "
              + Dns.LONGEST_NAME
              + " characters; see \"name\"");
    }
    if (addresses.isEmpty()) {
      throw new IOException(
          "this host has no address that peers could reach; write it in [dns]: addresses ="
              + " [\"203.0.113.7\"]");
    }
    this.host = Name.fromString(host, Name.root);
    service = Name.fromString(NameKeys.SERVICE, this.host);
    this.port = port;
    this.addresses = List.copyOf(addresses);
    this.how = how;
  }

  /** Those that a configuration makes. */
  public static OwnRecords of(Config config) throws IOException {
    return new OwnRecords(
        config.name(),
        config.listen().getFirst().port(),
        addresses(config),
        config.dns().publishing());
  }

  /** Those that are written; else those that the host listens on; else those that it has. */
  private static List<InetAddress> addresses(Config config) throws IOException {
    List<InetAddress> written = config.dns().publishing().addresses();
    if (!written.isEmpty()) {
      return written;
    }
    List<InetAddress> out = new ArrayList<>();
    for (Address a : config.listen()) {
      Endpoint e = a.written();
      if (e != null && !e.any() && e.zone() == 0) {
        out.add(InetAddress.getByAddress(e.address()));
      }
    }
    return out.isEmpty() ? PublicAddresses.now(config.tun().name()) : out;
  }

  /** Where the SRV records are. */
  public Name service() {
    return service;
  }

  /** Name of this host. */
  Name host() {
    return host;
  }

  /** Whether this record says that the host is reached there under this key. */
  boolean isOf(PublicKey key, Record srv) {
    return srv instanceof SRVRecord s && s.getTarget().equals(target(key));
  }

  Name target(PublicKey key) {
    try {
      return Name.fromString(key.toString(), host);
    } catch (IOException e) {
      throw new IllegalStateException(e); // the length was looked at
    }
  }

  SRVRecord srv(PublicKey key) {
    return new SRVRecord(
        service, DClass.IN, how.ttl(), how.priority(), how.weight(), port, target(key));
  }

  List<Record> addresses(PublicKey key) {
    List<Record> out = new ArrayList<>();
    for (InetAddress a : addresses) {
      out.add(
          a instanceof Inet4Address
              ? new ARecord(target(key), DClass.IN, how.ttl(), a)
              : new AAAARecord(target(key), DClass.IN, how.ttl(), a));
    }
    return out;
  }

  /** All records of these keys, the SRV records first. */
  public List<Record> of(Collection<PublicKey> keys) {
    List<Record> out = new ArrayList<>();
    keys.forEach(k -> out.add(srv(k)));
    keys.forEach(k -> out.addAll(addresses(k)));
    return out;
  }

  /** The lines of a zone file. */
  public List<String> zoneFile(Collection<PublicKey> keys) {
    return of(keys).stream().map(r -> r.toString().replace('\t', ' ')).toList();
  }

  /** The commands of {@code nsupdate} that add them. */
  public List<String> nsupdate(Collection<PublicKey> keys) {
    List<String> out = new ArrayList<>();
    zoneFile(keys).forEach(line -> out.add("update add " + line));
    out.add("send");
    return out;
  }

  /** What BIND must grant a key for updates, and no more: the lines of a zone in named.conf. */
  public List<String> bindGrants(String updateKey) {
    return List.of(
        "update-policy {",
        "  grant " + updateKey + " name " + service + " SRV;",
        "  grant " + updateKey + " subdomain " + host + " A AAAA;",
        "};");
  }

  /** The same for Knot: an ACL of knot.conf, to be named by the zone. */
  public List<String> knotAcl(String updateKey) {
    return List.of(
        "acl:",
        "  - id: ipae-" + host.toString(true),
        "    key: " + updateKey,
        "    action: update",
        "    update-type: [SRV, A, AAAA]",
        "    update-owner: name",
        "    update-owner-match: sub-or-equal",
        "    update-owner-name: [" + host + "]");
  }
}
