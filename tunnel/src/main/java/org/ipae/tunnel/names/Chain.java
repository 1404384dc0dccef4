// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * All that one validation was given: from it comes how long its result holds, and what was wrong.
 * The validator asks through it. Any thread.
 */
final class Chain extends AskOnly {
  private static final Set<Integer> DENIALS = Set.of(Type.NSEC, Type.NSEC3, Type.SOA);

  private final AnswerCache cache;
  private final Executor threads;
  private final Consumer<Step> told;
  private final List<RRSIGRecord> signatures = new ArrayList<>(); // under this
  private long until = Long.MAX_VALUE; // under this
  private @Nullable Unreachable failure; // under this
  private boolean rootKeysSigned; // under this
  private boolean rootKeysSeen; // under this

  Chain(AnswerCache cache, Executor threads, Consumer<Step> told) {
    this.cache = cache;
    this.threads = threads;
    this.told = told;
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query, Executor executor) {
    CompletableFuture<Message> out = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        Question q = Question.of(query);
        AnswerCache.Held held = cache.get(q, told);
        seen(q, held);
        Message m = held.message().clone();
        m.getHeader().setID(query.getHeader().getID());
        out.complete(m);
      } catch (Unreachable e) {
        failed(e);
        out.completeExceptionally(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        out.completeExceptionally(e);
      } catch (RuntimeException | Error e) {
        out.completeExceptionally(e);
      }
    });
    return out;
  }

  /** Asks for what the validator will want, all at once. */
  void ahead(Question q) {
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

  private synchronized void failed(Unreachable e) {
    failure = failure == null ? e : failure;
  }

  private synchronized void seen(Question q, AnswerCache.Held held) {
    until = Math.min(until, held.until());
    boolean root = q.type() == Type.DNSKEY && q.name().equals(Name.root);
    rootKeysSeen |= root && !held.message().getSection(Section.ANSWER).isEmpty();
    for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
      for (Record r : held.message().getSection(section)) {
        if (r instanceof RRSIGRecord s) {
          signatures.add(s);
          rootKeysSigned |= root;
        }
      }
    }
  }

  /** Why a question had no answer; null if all had. */
  synchronized @Nullable Unreachable failure() {
    return failure;
  }

  /** Until when what was used holds by its times to live, milliseconds of the clock. */
  synchronized long until() {
    return until;
  }

  /** When the first of the signatures expires; null if there are none. */
  synchronized @Nullable Instant expiry() {
    Instant first = null;
    for (RRSIGRecord s : signatures) {
      first = first == null || s.getExpire().isBefore(first) ? s.getExpire() : first;
    }
    return first;
  }

  /**
   * When the signatures on records of a type begin, or those on their denial if there are none,
   * seconds of the epoch; 0 without either. Not each of them is checked: of records the oldest
   * counts, and of a denial the newest that is not of the future.
   */
  synchronized long signedAt(int type, Instant now) {
    LongSummaryStatistics of = times(s -> s.getTypeCovered() == type);
    if (of.getCount() > 0) {
      return of.getMin();
    }
    LongSummaryStatistics denial =
        times(s -> DENIALS.contains(s.getTypeCovered()) && !s.getTimeSigned().isAfter(now));
    return denial.getCount() > 0 ? denial.getMax() : 0;
  }

  private LongSummaryStatistics times(Predicate<RRSIGRecord> which) {
    return signatures.stream()
        .filter(which)
        .mapToLong(s -> s.getTimeSigned().getEpochSecond())
        .summaryStatistics();
  }

  /** The first signature that is not valid at this time; null if all are. */
  synchronized @Nullable RRSIGRecord untimely(Instant now) {
    for (RRSIGRecord s : signatures) {
      if (isUntimely(s, now)) {
        return s;
      }
    }
    return null;
  }

  /**
   * Whether the root's own signatures are not valid at this time: then rather the clock is wrong.
   */
  synchronized boolean rootUntimely(Instant now) {
    return signatures.stream().anyMatch(s -> s.getSigner().equals(Name.root) && isUntimely(s, now));
  }

  private static boolean isUntimely(RRSIGRecord s, Instant now) {
    return s.getExpire().isBefore(now) || s.getTimeSigned().isAfter(now);
  }

  /** Whether the root's keys came without signatures: the resolver strips them. */
  synchronized boolean stripped() {
    return rootKeysSeen && !rootKeysSigned;
  }
}
