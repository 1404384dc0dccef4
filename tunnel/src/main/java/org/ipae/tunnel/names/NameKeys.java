// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.Dns;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * The keys and addresses that a host publishes: SRV records at {@code _ipae._udp.NAME}, whose
 * targets begin with the key. PROTOCOL.md section 16. Any thread, best a virtual one: it blocks.
 */
public final class NameKeys {
  /** SRV records that are looked at, of what somebody publishes. */
  static final int MOST = 16;

  /** Addresses of one target that are used. */
  static final int MOST_ADDRESSES = 8;

  /** What goes before a name. */
  public static final String SERVICE = "_ipae._udp";

  /** Questions of a daemon: each has a virtual thread of its own. */
  public static final Executor THREADS =
      question -> Thread.ofVirtual().name("ipae-question").start(question);

  private final Validation validation;
  private final LongSupplier clock;
  private final Executor threads;

  private NameKeys(Validation validation, LongSupplier clock, Executor threads) {
    this.validation = validation;
    this.clock = clock;
    this.threads = threads;
  }

  /**
   * Asks and believes whom the configuration names.
   *
   * @param clock milliseconds that go on while the machine sleeps
   * @throws IOException with one line that says what is wrong with it
   */
  public static NameKeys configured(Dns dns, LongSupplier clock, Executor threads)
      throws IOException {
    SteadyClock wall = new SteadyClock(Clock.systemUTC(), clock);
    return asking(new Upstream(NameServers.of(dns)), dns, wall, clock, threads);
  }

  /** Believes whom the configuration names, whoever is asked. */
  public static NameKeys asking(
      Source source, Dns dns, SteadyClock wall, LongSupplier clock, Executor threads)
      throws IOException {
    return over(source, TrustAnchors.of(dns.trustAnchors()), wall, clock, threads);
  }

  /**
   * As {@link #configured}, but all that is in one zone is asked of one of its own servers: what
   * that one says, validated.
   *
   * @param server its addresses
   * @param others who is asked for the rest
   * @param anchors as in {@link TrustAnchors}
   */
  public static NameKeys servedBy(
      List<InetSocketAddress> server,
      Name zone,
      Source others,
      Supplier<String> anchors,
      LongSupplier clock,
      Executor threads) {
    Source own = new Upstream(() -> server);
    return over(
        (q, told) -> (q.isOf(zone) ? own : others).ask(q, told),
        anchors,
        new SteadyClock(Clock.systemUTC(), clock),
        clock,
        threads);
  }

  private static NameKeys over(
      Source source,
      Supplier<String> anchors,
      SteadyClock wall,
      LongSupplier clock,
      Executor threads) {
    AnswerCache cache = new AnswerCache(source, clock);
    return new NameKeys(new Validation(cache, anchors, wall, clock, threads), clock, threads);
  }

  /**
   * Looks a host up. Asks anew what is its own; only what lies above it may be held from before.
   *
   * @param told is told each question to a name server
   */
  public Published of(String host, Consumer<Step> told) throws InterruptedException {
    Name name;
    try {
      name = Name.fromString(host, Name.root);
      if (host.length() > Dns.LONGEST_NAME) {
        return Published.nothing(
            Verdict.ABSENT,
            "the name has more than " + Dns.LONGEST_NAME + " characters: no key fits before it");
      }
      validation.forget(name);
      name = Name.concatenate(Name.fromString(SERVICE), name);
    } catch (TextParseException | NameTooLongException e) {
      return Published.nothing(Verdict.ABSENT, "it is no host name");
    }
    Finding srv = validation.find(new Question(name, Type.SRV), told);
    List<String> ignored = new ArrayList<>();
    List<Usable> usable = usable(srv.records(), ignored);
    List<Published.Gateway> gateways = new ArrayList<>();
    long fresh = srv.until();
    for (CompletableFuture<Looked> f : usable.stream().map(r -> addresses(r, told)).toList()) {
      try {
        Looked l = f.get();
        gateways.add(l.gateway);
        fresh = Math.min(fresh, l.until);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    return new Published(
        srv.verdict(),
        srv.reason(),
        gateways,
        ignored,
        srv.signedAt(),
        Math.max(0, srv.until() - clock.getAsLong()),
        Math.max(0, fresh - clock.getAsLong()));
  }

  /** A record and the key in it. */
  private record Usable(SRVRecord record, PublicKey key) {}

  /** The preferred one first; what cannot be used, and why, is added to {@code ignored}. */
  private static List<Usable> usable(List<Record> records, List<String> ignored) {
    List<Usable> out = new ArrayList<>();
    for (Record r : records) {
      if (r instanceof SRVRecord s) {
        try {
          out.add(usable(s, out.size()));
        } catch (IllegalArgumentException e) {
          if (ignored.size() < MOST) {
            ignored.add(s.getTarget() + ": " + e.getMessage());
          }
        }
      }
    }
    out.sort(
        Comparator.comparingInt((Usable u) -> u.record.getPriority())
            .thenComparingInt(u -> -u.record.getWeight()));
    return out;
  }

  /**
   * Reads one more record than those that can be used {@code already}.
   *
   * @throws IllegalArgumentException says why it cannot be used
   */
  private static Usable usable(SRVRecord s, int already) {
    if (already >= MOST) {
      throw new IllegalArgumentException("more than " + MOST + " records");
    }
    if (s.getTarget().equals(Name.root)) {
      throw new IllegalArgumentException("the service is decidedly not there (RFC 2782)");
    }
    if (s.getPort() == 0) {
      throw new IllegalArgumentException("port 0");
    }
    try {
      String label = s.getTarget().getLabelString(0).toLowerCase(Locale.ROOT);
      return new Usable(s, PublicKey.parse(label));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its first label is no public key: " + e.getMessage(), e);
    }
  }

  private record Looked(Published.Gateway gateway, long until) {}

  private CompletableFuture<Looked> addresses(Usable u, Consumer<Step> told) {
    CompletableFuture<Finding> six = find(u.record.getTarget(), Type.AAAA, told);
    CompletableFuture<Finding> four = find(u.record.getTarget(), Type.A, told);
    return six.thenCombine(four, (a, b) -> looked(u, a, b));
  }

  private CompletableFuture<Finding> find(Name name, int type, Consumer<Step> told) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return validation.addresses(new Question(name, type), told);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
        },
        threads);
  }

  /** A host that has only one family need not be asked for the other so often. */
  private static long until(Finding six, Finding four) {
    boolean one = six.records().isEmpty() != four.records().isEmpty();
    Finding there = four.records().isEmpty() ? six : four;
    return one ? there.until() : Math.min(six.until(), four.until());
  }

  /** Addresses need not be secure: the handshake proves who is there. Bogus ones are not used. */
  private static Looked looked(Usable u, Finding six, Finding four) {
    SRVRecord s = u.record;
    List<InetAddress> found =
        HostLookup.byTurns(
            six.records().stream().map(HostLookup::address).toList(),
            four.records().stream().map(HostLookup::address).toList());
    String lack = "";
    if (found.isEmpty()) {
      Finding worse = six.verdict() == Verdict.ABSENT ? four : six;
      lack = worse.verdict().text() + (worse.reason().isEmpty() ? "" : ": " + worse.reason());
    }
    return new Looked(
        new Published.Gateway(
            u.key,
            s.getTarget().toString(true),
            s.getPort(),
            s.getPriority(),
            s.getWeight(),
            found.stream().limit(MOST_ADDRESSES).toList(),
            lack),
        until(six, four));
  }
}
