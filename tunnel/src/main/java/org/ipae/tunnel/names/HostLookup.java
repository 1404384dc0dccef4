// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ipae.tunnel.config.Addresses;
import org.ipae.tunnel.routing.PortRange;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;

/**
 * Addresses of host names, from the hosts file and from the name servers of resolv.conf as both are
 * now, or from those behind a peer. Holds no answers. Any thread; one that waits is best a virtual
 * one.
 */
public final class HostLookup implements Addresses {
  /** Addresses of one name that are used. */
  static final int MOST = 8;

  private final @Nullable Inside inside;

  /** Looks names up from any port, outside the tunnel. */
  public HostLookup() {
    inside = null;
  }

  /** Looks names up from these UDP ports, as {@link NameServers#askFrom} says, or inside. */
  public HostLookup(PortRange ports, Inside inside) {
    NameServers.askFrom(ports);
    this.inside = inside;
  }

  @Override
  public List<InetAddress> of(String name) throws UnknownHostException {
    ResolverConfig.refresh();
    LookupSession session = session(name);
    Name host;
    try {
      host = Name.fromString(name);
    } catch (TextParseException e) {
      throw unknown(name, e);
    }
    CompletableFuture<List<InetAddress>> six = ask(session, host, Type.AAAA);
    CompletableFuture<List<InetAddress>> four = ask(session, host, Type.A);
    List<InetAddress> found = new ArrayList<>();
    @Nullable Throwable failure = null;
    for (CompletableFuture<List<InetAddress>> family : List.of(six, four)) {
      try {
        found = byTurns(found, family.get());
      } catch (ExecutionException e) {
        failure = e.getCause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        failure = e;
      }
    }
    if (found.isEmpty()) {
      throw unknown(name, failure);
    }
    return found.stream().limit(MOST).toList();
  }

  private LookupSession session(String name) {
    LookupSession.LookupSessionBuilder out = LookupSession.defaultBuilder().clearCaches();
    List<Resolver> servers = new ArrayList<>();
    for (InetSocketAddress s :
        inside == null ? List.<InetSocketAddress>of() : inside.servers(name)) {
      SimpleResolver r = new SimpleResolver(s);
      r.setTCP(true);
      servers.add(r);
    }
    return (servers.isEmpty() ? out : out.resolver(new ExtendedResolver(servers))).build();
  }

  private static UnknownHostException unknown(String name, @Nullable Throwable cause) {
    UnknownHostException e = new UnknownHostException(name);
    e.initCause(cause);
    return e;
  }

  private static CompletableFuture<List<InetAddress>> ask(
      LookupSession session, Name host, int type) {
    return session
        .lookupAsync(host, type)
        .thenApply(r -> r.getRecords().stream().map(HostLookup::address).toList())
        .toCompletableFuture();
  }

  public static InetAddress address(Record r) {
    return r instanceof AAAARecord six ? six.getAddress() : ((ARecord) r).getAddress();
  }

  /** The first of one, the first of the other, and so on. */
  static List<InetAddress> byTurns(List<InetAddress> one, List<InetAddress> other) {
    List<InetAddress> out = new ArrayList<>();
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      if (i < one.size()) {
        out.add(one.get(i));
      }
      if (i < other.size()) {
        out.add(other.get(i));
      }
    }
    return out;
  }
}
