// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What the answer to a question rests on: itself, and the keys and delegations of every zone that
 * has signed it, up to the root. From it comes how long the result holds, and what is wrong with
 * it.
 */
final class Chain {
  private static final Set<Integer> DENIALS = Set.of(Type.NSEC, Type.NSEC3, Type.SOA);

  private final List<RRSIGRecord> own;
  private final List<RRSIGRecord> signatures = new ArrayList<>();
  private long until;
  private boolean rootKeysSeen;

  /** Those on the root's keys, which the walk does not reach if a validator stops before. */
  private List<RRSIGRecord> ofRoot = List.of();

  /**
   * Follows the signers from the answer to the root.
   *
   * @param zones messages with keys and delegations
   */
  Chain(Question q, AnswerCache.Held answer, Map<Question, AnswerCache.Held> zones) {
    own = signatures(answer);
    until = answer.until();
    signatures.addAll(own);
    Deque<Name> signers = new ArrayDeque<>(own.stream().map(RRSIGRecord::getSigner).toList());
    Set<Name> known = new HashSet<>();
    while (!signers.isEmpty()) {
      Name zone = signers.pop();
      if (known.add(zone)) {
        signers.addAll(see(zones.get(new Question(zone, Type.DNSKEY))));
        signers.addAll(see(zones.get(new Question(zone, Type.DS))));
      }
    }
    root(zones.get(new Question(Name.root, Type.DNSKEY)));
    if (own.isEmpty()) {
      above(q, zones);
    }
  }

  private void root(AnswerCache.@Nullable Held keys) {
    if (keys != null) {
      rootKeysSeen = !keys.message().getSection(Section.ANSWER).isEmpty();
      ofRoot = signatures(keys);
    }
  }

  /** What is not signed rests on what the zones above say of it. */
  private void above(Question q, Map<Question, AnswerCache.Held> zones) {
    for (Name n = q.name(); n.labels() > 1; n = new Name(n, 1)) {
      see(zones.get(new Question(n, Type.DNSKEY)));
      see(zones.get(new Question(n, Type.DS)));
    }
  }

  /** Adds what a zone says; the zones that have signed it. */
  private List<Name> see(AnswerCache.@Nullable Held held) {
    if (held == null) {
      return List.of();
    }
    until = Math.min(until, held.until());
    List<RRSIGRecord> found = signatures(held);
    signatures.addAll(found);
    return found.stream().map(RRSIGRecord::getSigner).toList();
  }

  private static List<RRSIGRecord> signatures(AnswerCache.Held held) {
    List<RRSIGRecord> out = new ArrayList<>();
    for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
      for (Record r : held.message().getSection(section)) {
        if (r instanceof RRSIGRecord s) {
          out.add(s);
        }
      }
    }
    return out;
  }

  /** Until when it holds by its times to live, milliseconds of the clock. */
  long until() {
    return until;
  }

  /** When the first of the signatures expires; null if there are none. */
  @Nullable Instant expiry() {
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
  long signedAt(int type, Instant now) {
    LongSummaryStatistics of = times(s -> s.getTypeCovered() == type);
    if (of.getCount() > 0) {
      return of.getMin();
    }
    LongSummaryStatistics denial =
        times(s -> DENIALS.contains(s.getTypeCovered()) && !s.getTimeSigned().isAfter(now));
    return denial.getCount() > 0 ? denial.getMax() : 0;
  }

  private LongSummaryStatistics times(Predicate<RRSIGRecord> which) {
    return own.stream()
        .filter(which)
        .mapToLong(s -> s.getTimeSigned().getEpochSecond())
        .summaryStatistics();
  }

  /** The first signature that is not valid at this time; null if all are. */
  @Nullable RRSIGRecord untimely(Instant now) {
    return signatures.stream().filter(s -> isUntimely(s, now)).findFirst().orElse(null);
  }

  /**
   * Whether the root's own signatures are not valid at this time: then rather the clock is wrong.
   */
  boolean rootUntimely(Instant now) {
    return ofRoot.stream().anyMatch(s -> isUntimely(s, now));
  }

  private static boolean isUntimely(RRSIGRecord s, Instant now) {
    return s.getExpire().isBefore(now) || s.getTimeSigned().isAfter(now);
  }

  /** Whether the root's keys came without signatures: the resolver strips them. */
  boolean stripped() {
    return rootKeysSeen && ofRoot.isEmpty();
  }
}
