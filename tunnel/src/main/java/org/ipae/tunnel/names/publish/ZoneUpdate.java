// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.names.Question;
import org.ipae.tunnel.names.Source;
import org.ipae.tunnel.names.Step;
import org.ipae.tunnel.names.Upstream;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Changes the records of this host where its zone is kept (RFC 2136, signed by TSIG). It adds and
 * deletes its own records alone, one by one or by type, and only where the zone is as it was read.
 * Blocks.
 */
final class ZoneUpdate {
  /** Others may change the zone between reading and writing. */
  private static final int ATTEMPTS = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final OwnRecords own;
  private final Name zone;
  private final List<InetSocketAddress> server;
  private final Source source;
  private final TsigFile key;
  private final Consumer<Step> told;

  /**
   * @param server addresses of the one that takes updates
   * @param told is told each step
   */
  ZoneUpdate(
      OwnRecords own,
      Name zone,
      List<InetSocketAddress> server,
      TsigFile key,
      Consumer<Step> told) {
    this.own = own;
    this.zone = zone;
    this.server = server;
    source = new Upstream(() -> server);
    this.key = key;
    this.told = told;
  }

  /**
   * Makes it so that the zone has the records of some keys and none of others.
   *
   * @return what was changed, "+ " or "- " and a record each; empty if nothing had to be
   * @throws IOException with one line: why that is not so, and what to do
   */
  List<String> become(Collection<PublicKey> wanted, Collection<PublicKey> gone) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Update update = new Update(zone);
      List<String> changes = new ArrayList<>();
      service(update, changes, wanted, gone);
      for (PublicKey k : wanted) {
        addresses(update, changes, k);
      }
      if (changes.isEmpty() || sent(update)) {
        return changes;
      }
    }
    throw new IOException(
        "somebody else changes the records of " + own.service() + " all the time");
  }

  private void service(
      Update u, List<String> changes, Collection<PublicKey> wanted, Collection<PublicKey> gone)
      throws IOException {
    List<Record> there = ask(own.service(), Type.SRV);
    if (there.isEmpty()) {
      u.absent(own.service(), Type.SRV);
    }
    there.forEach(r -> u.present(condition((SRVRecord) r)));
    for (PublicKey k : gone) {
      boolean any = false;
      for (Record r : there) {
        if (own.isOf(k, r)) {
          delete(u, changes, r);
          any = true;
        }
      }
      if (any) {
        u.delete(own.target(k), Type.A);
        u.delete(own.target(k), Type.AAAA);
      }
    }
    for (PublicKey k : wanted) {
      Record srv = own.srv(k);
      boolean has = false;
      for (Record r : there) {
        if (r.equals(srv) && r.getTTL() == srv.getTTL()) {
          has = true;
        } else if (own.isOf(k, r)) {
          delete(u, changes, r);
        }
      }
      if (!has) {
        add(u, changes, srv);
      }
    }
  }

  /** That it is there, RFC 2136 section 2.4.2: with a time to live of 0. */
  private static Record condition(SRVRecord r) {
    return new SRVRecord(
        r.getName(), r.getDClass(), 0, r.getPriority(), r.getWeight(), r.getPort(), r.getTarget());
  }

  private void addresses(Update u, List<String> changes, PublicKey k) throws IOException {
    List<Record> all = own.addresses(k);
    for (int type : new int[] {Type.A, Type.AAAA}) {
      List<Record> those = all.stream().filter(r -> r.getType() == type).toList();
      List<Record> there = ask(own.target(k), type);
      if (!new HashSet<>(there).equals(new HashSet<>(those))) {
        u.delete(own.target(k), type);
        there.stream().filter(r -> !those.contains(r)).forEach(r -> changes.add("- " + text(r)));
        those.forEach(r -> {
          u.add(r);
          if (!there.contains(r)) {
            changes.add("+ " + text(r));
          }
        });
      }
    }
  }

  private static void delete(Update u, List<String> changes, Record r) {
    u.delete(r);
    changes.add("- " + text(r));
  }

  private static void add(Update u, List<String> changes, Record r) {
    u.add(r);
    changes.add("+ " + text(r));
  }

  private static String text(Record r) {
    return r.toString().replace('\t', ' ');
  }

  private List<Record> ask(Name name, int type) throws IOException {
    Message m = source.ask(new Question(name, type), told);
    if (!m.getHeader().getFlag(Flags.AA)) {
      throw new Refused(
          "update server " + Upstream.text(server.getFirst()) + " " + refusal(Rcode.NOTAUTH));
    }
    return m.getSection(Section.ANSWER).stream()
        .filter(r -> r.getType() == type && r.getName().equals(name))
        .toList();
  }

  /** Whether the server has done it; not if the zone was no longer as it was read. */
  private boolean sent(Update update) throws IOException {
    InetSocketAddress last = server.getFirst();
    IOException why = null;
    for (InetSocketAddress a : server) {
      last = a;
      try {
        return judged(sendTo(a, update), a);
      } catch (Refused e) {
        throw e;
      } catch (IOException e) {
        why = e;
      }
    }
    throw new IOException(
        "update server "
            + Upstream.text(last)
            + " does not answer: "
            + (why == null ? "" : Reason.of(why)),
        why);
  }

  /** The server has answered, and not as is to be hoped. */
  private static final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    Refused(String why) {
      super(why);
    }
  }

  private Message sendTo(InetSocketAddress to, Update update) throws IOException {
    SimpleResolver r = new SimpleResolver(to);
    r.setTCP(true); // several keys and a signature may not fit into a datagram
    r.setTSIGKey(key.key());
    r.setTimeout(PATIENCE);
    long since = System.nanoTime();
    String outcome = "no answer";
    try {
      Message m = r.send(update.clone());
      outcome = Rcode.string(m.getRcode());
      return m;
    } catch (IOException e) {
      outcome = Reason.of(e);
      throw e;
    } finally {
      long millis = (System.nanoTime() - since) / 1_000_000;
      told.accept(new Step("update of " + zone, Upstream.text(to), true, millis, outcome));
    }
  }

  private boolean judged(Message m, InetSocketAddress from) throws Refused {
    TSIGRecord tsig = m.getTSIG();
    int code = tsig != null && tsig.getError() != 0 ? tsig.getError() : m.getRcode();
    boolean done = code == Rcode.NOERROR;
    if (!done && code != Rcode.NXRRSET && code != Rcode.YXRRSET) {
      throw new Refused("update server " + Upstream.text(from) + " " + refusal(code));
    }
    if (!m.isVerified()) {
      throw new Refused(
          "update server "
              + Upstream.text(from)
              + " has answered without a valid signature; is that the right server?");
    }
    return done;
  }

  private String refusal(int code) {
    return switch (code) {
      case Rcode.BADKEY ->
          "does not know the " + key + ", or its ACL forbids this; compare ipae dns show";
      case Rcode.BADSIG -> "has another secret of the " + key + "; compare update_key";
      case Rcode.BADTIME -> "says that its clock and that of this host differ by minutes";
      case Rcode.REFUSED -> "refuses: the " + key + " lacks the grants that ipae dns show prints";
      case Rcode.NOTAUTH, Rcode.NOTZONE ->
          "does not keep the zone " + zone + ", or its ACL forbids this; compare ipae dns show";
      default -> "answers " + Rcode.string(code) + " to an update of " + zone;
    };
  }
}
