// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

/**
 * Answers of name servers, by their time to live; denials by that of RFC 2308, failures for a few
 * seconds (RFC 9520). Who asks what is being asked waits for the same answer. Bounded: the one that
 * was not used longest goes first. Any thread.
 */
final class AnswerCache {
  /** Bytes of the answers held, as they came: the chains of 1,000 names. */
  private static final long MOST_BYTES = 2 << 20;

  /** What an answer costs besides, bytes. */
  private static final int EACH = 512;

  /** How long a failure is held, milliseconds. */
  static final long FAILURE = 5_000;

  /** An answer; {@code until} in milliseconds of the clock. */
  record Held(Message message, long until) {}

  private static final class Asked {
    final CompletableFuture<Held> answer = new CompletableFuture<>();
    volatile long until = Long.MAX_VALUE; // while it is being asked
    long bytes = EACH; // under the cache
  }

  private final Source source;
  private final LongSupplier clock;
  private final Map<Question, Asked> entries = new LinkedHashMap<>(64, 0.75f, true); // under this
  private long bytes; // of all entries, under this

  /**
   * @param clock milliseconds that go on while the machine sleeps
   */
  AnswerCache(Source source, LongSupplier clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * The answer to a question. Blocks.
   *
   * @param told is told each step that this look-up takes itself
   * @throws Unreachable if there is none
   */
  Held get(Question q, Consumer<Step> told) throws Unreachable, InterruptedException {
    Asked mine = new Asked();
    Asked found = claim(q, mine);
    if (found == mine) {
      ask(q, mine, told);
    }
    try {
      return found.answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Unreachable u) {
        throw u;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Whether a question is answered, or being asked. */
  synchronized boolean holds(Question q) {
    Asked there = entries.get(q);
    return there != null && clock.getAsLong() < there.until;
  }

  /** What is held of a name and of all below it is asked for again. */
  synchronized void forget(Name name) {
    Iterator<Map.Entry<Question, Asked>> all = entries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Question, Asked> e = all.next();
      if (e.getKey().name().subdomain(name) && e.getValue().answer.isDone()) {
        bytes -= e.getValue().bytes;
        all.remove();
      }
    }
  }

  private synchronized Asked claim(Question q, Asked mine) {
    Asked there = entries.get(q);
    if (there != null && clock.getAsLong() < there.until) {
      return there;
    }
    if (there != null) {
      bytes -= there.bytes;
    }
    entries.put(q, mine);
    bytes += mine.bytes;
    return mine;
  }

  /** An answer has come: what was not used longest makes room for it. */
  private synchronized void weigh(Question q, Asked mine, Message m) {
    if (entries.get(q) != mine) {
      return;
    }
    long more = m.numBytes();
    mine.bytes += more;
    bytes += more;
    Iterator<Asked> eldest = entries.values().iterator();
    while (bytes > MOST_BYTES && eldest.hasNext()) {
      bytes -= eldest.next().bytes;
      eldest.remove();
    }
  }

  private void ask(Question q, Asked mine, Consumer<Step> told) {
    try {
      Message m = source.ask(q, told);
      long until = clock.getAsLong() + Lifetime.of(m);
      mine.until = until;
      weigh(q, mine, m);
      mine.answer.complete(new Held(m, until));
    } catch (Unreachable e) {
      mine.until = clock.getAsLong() + FAILURE;
      mine.answer.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      mine.until = 0;
      mine.answer.completeExceptionally(e);
      throw e;
    }
  }
}
