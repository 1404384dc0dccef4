// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;

/**
 * The name servers of this host. A question goes to one after the other, each with a wait of its
 * own; what is forged, cut or an echo is asked again, in the end by TCP. Any thread.
 */
public final class Upstream implements Source {
  /** Wait for a datagram, and for an answer by TCP. */
  private static final Duration DATAGRAM = Duration.ofSeconds(1);

  private static final Duration STREAM = Duration.ofSeconds(3);

  /** Rounds over all servers: the second one is by TCP where a datagram was not an answer. */
  private static final int ROUNDS = 2;

  /** Records that one answer may have: no honest one comes near. */
  private static final int MOST_RECORDS = 2_000;

  private final Supplier<List<InetSocketAddress>> servers;
  private final boolean byTcp;

  /** The server that answered last is asked first. */
  private volatile @Nullable InetSocketAddress good;

  /**
   * @param servers those of this moment, the preferred one first
   */
  public Upstream(Supplier<List<InetSocketAddress>> servers) {
    this(servers, false);
  }

  private Upstream(Supplier<List<InetSocketAddress>> servers, boolean byTcp) {
    this.servers = servers;
    this.byTcp = byTcp;
  }

  /** The same, which sends no datagrams. */
  public static Upstream byTcp(Supplier<List<InetSocketAddress>> servers) {
    return new Upstream(servers, true);
  }

  /** What became of one question to one server: a message, or what was wrong. */
  private record Outcome(@Nullable Message message, String text, boolean byTcp) {}

  /** Asks until a server answers. */
  @Override
  public Message ask(Question q, Consumer<Step> told) throws Unreachable {
    List<InetSocketAddress> all = inOrder();
    if (all.isEmpty()) {
      throw new Unreachable("there is no name server: set dns.resolvers, or /etc/resolv.conf");
    }
    String last = "";
    boolean[] tcp = new boolean[all.size()];
    Arrays.fill(tcp, byTcp);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < all.size(); i++) {
        InetSocketAddress server = all.get(i);
        Outcome o = tell(q, server, tcp[i], told);
        if (o.message == null && o.byTcp && !tcp[i]) {
          tcp[i] = true;
          o = tell(q, server, true, told);
        }
        if (o.message != null) {
          good = server;
          return o.message;
        }
        last = text(server) + ": " + o.text;
      }
    }
    throw new Unreachable(all.size() == 1 ? last : "none of " + all.size() + " servers; " + last);
  }

  private List<InetSocketAddress> inOrder() {
    List<InetSocketAddress> all = servers.get();
    InetSocketAddress first = good;
    if (first == null || !all.contains(first) || all.getFirst().equals(first)) {
      return all;
    }
    List<InetSocketAddress> out = new ArrayList<>(all);
    out.remove(first);
    out.addFirst(first);
    return out;
  }

  private Outcome tell(Question q, InetSocketAddress server, boolean tcp, Consumer<Step> told) {
    long since = System.nanoTime();
    Outcome o = once(q, server, tcp);
    long millis = (System.nanoTime() - since) / 1_000_000;
    told.accept(new Step(q.toString(), text(server), tcp, millis, o.text));
    return o;
  }

  private static Outcome once(Question q, InetSocketAddress server, boolean tcp) {
    SimpleResolver r = new SimpleResolver(server);
    r.setTimeout(tcp ? STREAM : DATAGRAM);
    r.setTCP(tcp);
    r.setIgnoreTruncation(true);
    Message m;
    try {
      m = r.send(q.query());
    } catch (IOException e) {
      // A time-out may be a lost datagram; anything else came, and was not the answer.
      boolean silent = e instanceof SocketTimeoutException || timedOut(e);
      return new Outcome(null, silent ? "no answer" : Reason.of(e), !silent);
    }
    if (!q.answeredBy(m)) {
      return new Outcome(null, "an answer to another question, or none", true);
    }
    if (m.getHeader().getFlag(Flags.TC)) {
      return new Outcome(null, tcp ? "cut, by TCP too" : "cut", true);
    }
    int records = m.getSection(Section.ANSWER).size() + m.getSection(Section.AUTHORITY).size();
    if (records > MOST_RECORDS) {
      return new Outcome(null, records + " records", false);
    }
    int code = m.getRcode();
    String text = Rcode.string(code) + ", " + records + (records == 1 ? " record" : " records");
    boolean usable = code == Rcode.NOERROR || code == Rcode.NXDOMAIN;
    return new Outcome(usable ? m : null, text, false);
  }

  private static boolean timedOut(IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("imed out") || text.contains("imeout");
  }

  /** A server as people write it. */
  public static String text(InetSocketAddress server) {
    String host = server.getAddress().getHostAddress();
    return server.getPort() == SimpleResolver.DEFAULT_PORT
        ? host
        : host + " port " + server.getPort();
  }
}
