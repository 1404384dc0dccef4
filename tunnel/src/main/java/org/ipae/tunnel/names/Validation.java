// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Looks names up and validates the answers (RFC 4035) up to a trust anchor; the name servers are
 * not believed. Any thread, best a virtual one: it blocks.
 */
final class Validation {
  private final AnswerCache cache;
  private final Supplier<String> anchors;
  private final SteadyClock wall;
  private final LongSupplier clock;
  private final Executor threads;

  /** That of the last look-ups, which has the keys of zones. */
  private volatile @Nullable Trust trust;

  /**
   * @param anchors DS or DNSKEY records in the form of a zone file
   * @param wall tells whether a signature is valid
   * @param clock of the cache
   */
  Validation(
      AnswerCache cache,
      Supplier<String> anchors,
      SteadyClock wall,
      LongSupplier clock,
      Executor threads) {
    this.cache = cache;
    this.anchors = anchors;
    this.wall = wall;
    this.clock = clock;
    this.threads = threads;
  }

  /** Looks one kind of records up. */
  Finding find(Question q, Consumer<Step> told) throws InterruptedException {
    Trust before = trust;
    if (before == null || !before.knows(q.name())) {
      ahead(q, told);
    }
    if (before != null && before.holds(now(), anchors.get())) {
      try {
        Finding found = judge(q, before.look(q));
        if (found.verdict() != Verdict.BOGUS) {
          return found;
        }
      } catch (ExecutionException e) {
        // below, with the reason
      }
      // It may hold keys of zones that have others now.
    }
    return anew(q, told);
  }

  /**
   * Looks addresses up. That there are none is believed without proof, which would take most of the
   * work: anyone who can forge that can keep every datagram from arriving too.
   */
  Finding addresses(Question q, Consumer<Step> told) throws InterruptedException {
    AnswerCache.Held held;
    try {
      held = cache.get(q, told);
    } catch (Unreachable e) {
      return unreachable(String.valueOf(e.getMessage()));
    }
    boolean any =
        held.message().getSection(Section.ANSWER).stream().anyMatch(r -> r.getType() == q.type());
    return any
        ? find(q, told)
        : new Finding(Verdict.ABSENT, List.of(), "no such records", 0, held.until());
  }

  /** Believes nothing but the anchors. */
  private Finding anew(Question q, Consumer<Step> told) throws InterruptedException {
    Trust next;
    try {
      next = new Trust(cache, anchors.get(), wall, now(), threads, told);
    } catch (IOException e) {
      return unreachable("trust anchors: " + Reason.of(e));
    }
    try {
      Finding found = judge(q, next.look(q));
      Unreachable failure = next.failure();
      if (found.verdict() == Verdict.BOGUS && failure != null) {
        return unreachable(String.valueOf(failure.getMessage()));
      }
      if (found.verdict() != Verdict.BOGUS) {
        trust = next;
      }
      return found;
    } catch (ExecutionException e) {
      Unreachable failure = next.failure();
      return unreachable(String.valueOf(failure != null ? failure.getMessage() : e.getCause()));
    }
  }

  /** What was found of a name and of all below it is asked for again. */
  void forget(Name name) {
    cache.forget(name);
  }

  private long now() {
    return clock.getAsLong();
  }

  /**
   * Asks for all that the validator asks one after the other: keys and delegations of all zones.
   */
  private void ahead(Question q, Consumer<Step> told) {
    askAhead(q, told);
    Name name = q.name();
    while (name.labels() > 1) {
      name = new Name(name, 1);
      boolean host = name.labels() > 1 && name.getLabelString(0).startsWith("_");
      if (!host) {
        askAhead(new Question(name, Type.DNSKEY), told);
        if (name.labels() > 1) {
          askAhead(new Question(name, Type.DS), told);
        }
      }
    }
  }

  private void askAhead(Question q, Consumer<Step> told) {
    if (cache.holds(q)) {
      return;
    }
    threads.execute(() -> {
      try {
        cache.get(q, told);
      } catch (Unreachable e) {
        // the validator will find it so too
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
  }

  private Finding unreachable(String why) {
    return new Finding(Verdict.UNREACHABLE, List.of(), why, 0, now() + AnswerCache.FAILURE);
  }

  private Finding judge(Question q, Trust.Validated v) {
    Message m = v.message();
    Chain chain = v.chain();
    int code = m.getRcode();
    if (code == Rcode.SERVFAIL) {
      return new Finding(Verdict.BOGUS, List.of(), bogus(chain, m), 0, now() + AnswerCache.FAILURE);
    }
    List<Record> found = new ArrayList<>();
    for (Record r : m.getSection(Section.ANSWER)) {
      if (r.getType() == q.type()) {
        found.add(r);
      }
    }
    boolean secure = m.getHeader().getFlag(Flags.AD);
    if (secure) {
      wall.good();
    }
    long until = until(chain, secure);
    if (found.isEmpty()) {
      String proven = secure ? ", proven" : ", not proven: the zone is not signed";
      return new Finding(
          Verdict.ABSENT,
          List.of(),
          (code == Rcode.NXDOMAIN ? "no such name" : "no such records") + proven,
          chain.signedAt(q.type(), wall.instant()),
          until);
    }
    return new Finding(
        secure ? Verdict.SECURE : Verdict.INSECURE,
        found,
        "",
        chain.signedAt(q.type(), wall.instant()),
        until);
  }

  /** The first end of a time to live or, of what is secure, of a signature. */
  private long until(Chain chain, boolean secure) {
    Instant expiry = chain.expiry();
    if (!secure || expiry == null) {
      return chain.until();
    }
    return Math.min(chain.until(), now() + Duration.between(wall.instant(), expiry).toMillis());
  }

  private String bogus(Chain chain, Message m) {
    Instant now = wall.instant();
    RRSIGRecord untimely = chain.untimely(now);
    if (untimely != null) {
      Instant other = wall.other();
      if (other != null && chain.rootUntimely(now) && !chain.rootUntimely(other)) {
        wall.follow(); // the next look-up is by that one
      }
      return untimely(chain, untimely, now);
    }
    if (chain.stripped()) {
      return "this resolver does not pass DNSSEC; set dns.resolvers";
    }
    return said(m);
  }

  private static String untimely(Chain chain, RRSIGRecord s, Instant now) {
    boolean expired = s.getExpire().isBefore(now);
    String what =
        "the signature of "
            + s.getName()
            + " "
            + Type.string(s.getTypeCovered())
            + (expired
                ? " has expired, " + s.getExpire()
                : " is not valid before " + s.getTimeSigned());
    if (chain.rootUntimely(now)) {
      return what
          + "; that of the root is not valid either: the clock of this host, "
          + now
          + ", is probably wrong";
    }
    return what;
  }

  /** The validator's own words, or those of RFC 8914. */
  private static String said(Message m) {
    for (Record r : m.getSection(Section.ADDITIONAL)) {
      if (r instanceof TXTRecord t
          && t.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS) {
        return String.join("", t.getStrings());
      }
    }
    OPTRecord opt = m.getOPT();
    if (opt != null) {
      for (EDNSOption o : opt.getOptions()) {
        if (o instanceof ExtendedErrorCodeOption e) {
          return e.getText() == null || e.getText().isEmpty()
              ? ExtendedErrorCodeOption.text(e.getErrorCode())
              : e.getText();
        }
      }
    }
    return "validation fails";
  }
}
