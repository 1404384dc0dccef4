// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Dns;
import org.ipae.tunnel.names.Lifetime;
import org.ipae.tunnel.names.NameKeys;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Question;
import org.ipae.tunnel.names.Source;
import org.ipae.tunnel.names.Step;
import org.ipae.tunnel.names.TrustAnchors;
import org.ipae.tunnel.names.Upstream;
import org.ipae.tunnel.names.Verdict;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/**
 * Publishes the keys of this host, and looks at what each server of its zone says of them. It finds
 * the zone once, so one serves for one attempt. One thread; blocks.
 */
public final class Publisher {
  private final OwnRecords own;
  private final Dns dns;
  private final LongSupplier clock;
  private final Executor threads;
  private final Source source;
  private final Supplier<String> anchors;
  private @Nullable ZoneServers found;

  /**
   * @param source who is asked for the servers of the zone
   * @param clock milliseconds that go on while the machine sleeps
   */
  public Publisher(OwnRecords own, Dns dns, Source source, LongSupplier clock, Executor threads)
      throws IOException {
    this.own = own;
    this.dns = dns;
    this.clock = clock;
    this.threads = threads;
    this.source = source;
    anchors = TrustAnchors.of(dns.trustAnchors());
  }

  private ZoneServers zone(Consumer<Step> told) throws IOException {
    ZoneServers zone = found;
    if (zone == null) {
      zone = ZoneServers.of(own.service(), source, told);
      found = zone;
    }
    return zone;
  }

  /** Whether this host may change its records. */
  public boolean mayUpdate() {
    return dns.publishing().updateKey() != null;
  }

  /**
   * Changes the zone so that it has the records of some keys and none of others.
   *
   * @return what was changed; empty if nothing had to be
   * @throws IOException with one line: why it could not be, and what to do
   */
  public List<String> update(
      Collection<PublicKey> wanted, Collection<PublicKey> gone, Consumer<Step> told)
      throws IOException {
    Path file = dns.publishing().updateKey();
    if (file == null) {
      throw new IOException(
          "no update_key in [dns]: enter the records by hand; ipae dns show prints them");
    }
    TsigFile key = TsigFile.read(file);
    ZoneServers zone = zone(told);
    return new ZoneUpdate(own, zone.zone(), updateServer(zone, told), key, told)
        .become(wanted, gone);
  }

  private List<InetSocketAddress> updateServer(ZoneServers zone, Consumer<Step> told)
      throws IOException {
    Address written = dns.publishing().updateServer();
    if (written == null) {
      List<InetSocketAddress> named = ZoneServers.server(zone.primary(), source, told).addresses();
      if (named.isEmpty()) {
        throw new IOException(
            "the primary server of "
                + zone.zone()
                + ", "
                + zone.primary()
                + ", has no address; write update_server in [dns]");
      }
      return named;
    }
    if (written.written() == null) {
      throw new IOException("update_server " + written.host() + ": there is no such interface");
    }
    return List.of(written.socketAddress());
  }

  /**
   * How long others may hold what the servers of the zone say of this host, or that they say
   * nothing, milliseconds.
   */
  public long heldMillis(Consumer<Step> told) throws IOException {
    ZoneServers zone = zone(told);
    long most = dns.publishing().ttl() * 1_000L;
    for (ZoneServers.Server s : zone.servers()) {
      if (s.addresses().isEmpty()) {
        throw new IOException("name server " + s.name() + " has no address");
      }
      Question q = new Question(own.service(), Type.SRV);
      most = Math.max(most, Lifetime.of(new Upstream(s::addresses).ask(q, told)));
    }
    return most;
  }

  /**
   * What each server of the zone says, validated.
   *
   * @param wanted keys that it should have
   * @param gone keys that it should not
   */
  public List<Served> served(
      Collection<PublicKey> wanted, Collection<PublicKey> gone, Consumer<Step> told)
      throws IOException, InterruptedException {
    ZoneServers zone = zone(told);
    List<Served> out = new ArrayList<>();
    for (ZoneServers.Server s : zone.servers()) {
      Published said =
          s.addresses().isEmpty()
              ? Published.nothing(Verdict.UNREACHABLE, "its name has no address")
              : NameKeys.servedBy(s.addresses(), zone.zone(), source, anchors, clock, threads)
                  .of(own.host().toString(true), told);
      out.add(Served.of(s.name().toString(true), said, wanted, gone));
    }
    return out;
  }
}
