// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * A validator, and every message that it was given: keys and delegations of zones are validated
 * once for many look-ups, and how long a result holds is told by just those messages that it rests
 * on, not by what a name server may say when it is asked again. Any thread.
 */
final class Trust extends AskOnly {
  /** Bytes of the messages of zones; those of some hundred zones. */
  private static final long MOST_BYTES = 1 << 20;

  /** How long the keys of zones are believed without another look, milliseconds. */
  private static final long LONGEST = 300_000;

  /** The message that answers a question now, and for how many look-ups. */
  private static final class Pinned {
    final AnswerCache.Held held;
    int lookups;

    Pinned(AnswerCache.Held held) {
      this.held = held;
    }
  }

  private final AnswerCache cache;
  private final String anchors;
  private final Executor threads;
  private final Consumer<Step> told;
  private final ValidatingResolver validator;
  private final Map<Question, AnswerCache.Held> zones = new HashMap<>(); // under this
  private final Map<Question, Pinned> asked = new HashMap<>(); // under this
  private @Nullable Unreachable failure; // under this
  private long bytes; // under this
  private long end; // under this

  /**
   * Begins with nothing but the anchors.
   *
   * @param now milliseconds of the clock of the cache
   * @param told is told each question to a name server
   */
  Trust(
      AnswerCache cache,
      String anchors,
      Clock wall,
      long now,
      Executor threads,
      Consumer<Step> told)
      throws IOException {
    this.cache = cache;
    this.anchors = anchors;
    this.threads = threads;
    this.told = told;
    end = now + LONGEST;
    validator = new ValidatingResolver(this, wall);
    validator.loadTrustAnchors(
        new ByteArrayInputStream(anchors.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Whether it may serve more look-ups, with these anchors. */
  synchronized boolean holds(long now, String roots) {
    return now < end && bytes < MOST_BYTES && roots.equals(anchors);
  }

  /** Whether it has the keys of a zone that a name is probably in: below a top-level domain. */
  synchronized boolean knows(Name name) {
    for (Name n = name; n.labels() > 2; n = new Name(n, 1)) {
      if (zones.containsKey(new Question(n, Type.DNSKEY))) {
        return true;
      }
    }
    return false;
  }

  /** What the validator makes of a question, and what that rests on. Blocks. */
  record Validated(Message message, Chain chain) {}

  /**
   * Looks a question up.
   *
   * @throws ExecutionException if the name servers do not answer; see {@link #failure}
   */
  Validated look(Question q) throws ExecutionException, InterruptedException {
    AnswerCache.Held held = begin(q);
    try {
      Message m = validator.sendAsync(q.toValidate(), threads).toCompletableFuture().get();
      return new Validated(m, chain(q, held));
    } finally {
      over(q);
    }
  }

  private AnswerCache.Held begin(Question q) throws ExecutionException, InterruptedException {
    AnswerCache.Held answer;
    try {
      answer = cache.get(q, told);
    } catch (Unreachable e) {
      failed(e);
      throw new ExecutionException(e);
    }
    synchronized (this) {
      Pinned p = asked.computeIfAbsent(q, _ -> new Pinned(answer));
      p.lookups++;
      return p.held;
    }
  }

  private synchronized void over(Question q) {
    Pinned p = asked.get(q);
    if (p != null && --p.lookups == 0) {
      asked.remove(q);
    }
  }

  private synchronized Chain chain(Question q, AnswerCache.Held held) {
    return new Chain(q, held, zones);
  }

  /** Why a question had no answer; null if all had. */
  synchronized @Nullable Unreachable failure() {
    return failure;
  }

  private synchronized void failed(Unreachable e) {
    failure = failure == null ? e : failure;
  }

  @Override
  public CompletionStage<Message> sendAsync(Message query, Executor executor) {
    CompletableFuture<Message> out = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        Message m = given(Question.of(query)).message().clone();
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

  private AnswerCache.Held given(Question q) throws Unreachable, InterruptedException {
    synchronized (this) {
      Pinned p = asked.get(q);
      AnswerCache.Held there = p != null ? p.held : zones.get(q);
      if (there != null) {
        return there;
      }
    }
    AnswerCache.Held found = cache.get(q, told);
    synchronized (this) {
      AnswerCache.Held there = zones.putIfAbsent(q, found);
      if (there != null) {
        return there;
      }
      bytes += found.message().numBytes();
      end = Math.min(end, found.until());
      return found;
    }
  }
}
