// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.ipae.tunnel.names.HostLookup;
import org.ipae.tunnel.names.Question;
import org.ipae.tunnel.names.Source;
import org.ipae.tunnel.names.Step;
import org.ipae.tunnel.names.Unreachable;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * The zone that a name is in, and its servers.
 *
 * @param zone its apex
 * @param primary the server that takes updates, as the zone's SOA record names it
 * @param servers all that its NS records name
 */
record ZoneServers(Name zone, Name primary, List<Server> servers) {
  /** Servers that are asked, of what a zone names. */
  private static final int MOST = 16;

  /**
   * One server.
   *
   * @param addresses none if its name has none
   */
  record Server(Name name, List<InetSocketAddress> addresses) {
    Server {
      addresses = List.copyOf(addresses);
    }
  }

  ZoneServers {
    servers = List.copyOf(servers);
  }

  /** Those of a name. Blocks. */
  static ZoneServers of(Name name, Source source, Consumer<Step> told) throws Unreachable {
    SOARecord soa = soa(name, source, told);
    List<Server> servers = new ArrayList<>();
    for (Record r : answers(new Question(soa.getName(), Type.NS), source, told)) {
      if (r instanceof NSRecord ns && servers.size() < MOST) {
        servers.add(server(ns.getTarget(), source, told));
      }
    }
    if (servers.isEmpty()) {
      throw new Unreachable("the zone " + soa.getName() + " names no servers");
    }
    servers.sort(Comparator.comparing(Server::name));
    return new ZoneServers(soa.getName(), soa.getHost(), servers);
  }

  /** That of the zone: what has no SOA record of its own names the zone's in its denial. */
  private static SOARecord soa(Name name, Source source, Consumer<Step> told) throws Unreachable {
    for (Name n = name; n.labels() > 1; n = new Name(n, 1)) {
      Message m = source.ask(new Question(n, Type.SOA), told);
      for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
        for (Record r : m.getSection(section)) {
          if (r instanceof SOARecord soa && n.subdomain(soa.getName())) {
            return soa;
          }
        }
      }
    }
    throw new Unreachable("no zone is found that has " + name);
  }

  private static List<Record> answers(Question q, Source source, Consumer<Step> told)
      throws Unreachable {
    return source.ask(q, told).getSection(Section.ANSWER);
  }

  /** A server by its name. */
  static Server server(Name name, Source source, Consumer<Step> told) throws Unreachable {
    List<InetSocketAddress> out = new ArrayList<>();
    for (int type : new int[] {Type.AAAA, Type.A}) {
      for (Record r : answers(new Question(name, type), source, told)) {
        if (r.getType() == type) {
          InetAddress a = HostLookup.address(r);
          out.add(new InetSocketAddress(a, SimpleResolver.DEFAULT_PORT));
        }
      }
    }
    return new Server(name, out);
  }
}
