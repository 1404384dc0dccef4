// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Asks for names, each by itself: when it is new, when its answer is over, when somebody needs a
 * better one, and again while there is none. Any thread; a name that is asked has one of its own.
 *
 * @param <A> what is known of a name
 */
final class Lookups<A> {
  /** Of an answer that holds until somebody needs another. */
  static final long LASTS = Long.MAX_VALUE;

  /** From a failure to the next question, milliseconds, doubled each time. */
  static final long FIRST_WAIT = 1_000;

  static final long LONGEST_WAIT = 60_000;

  /** Answers that come within this time, milliseconds, are one piece of news. */
  private static final long GATHER = 50;

  /**
   * What became of a question.
   *
   * @param value what is known now, perhaps what was known before
   * @param news whether anybody should hear of it
   * @param failed whether to ask again soon
   * @param millis how long it holds unless it failed, or {@link #LASTS}
   */
  record Outcome<A>(A value, boolean news, boolean failed, long millis) {}

  /** What is known of a new name, and in how many milliseconds it is asked for. */
  record First<A>(A value, long millis) {}

  /** Who answers. Blocks. */
  interface Source<A> {
    Outcome<A> ask(String name, A before);
  }

  /** What is known of one name. Under the lookups. */
  private static final class Known<A> {
    A value;
    long wait = FIRST_WAIT;
    long dueAt;
    boolean asked;

    Known(A value, long dueAt) {
      this.value = value;
      this.dueAt = dueAt;
    }
  }

  private final String thread;
  private final Function<String, First<A>> before;
  private final Semaphore parallel;
  private final long leastOfGood;
  private final Source<A> source;
  private final Map<String, Known<A>> names = new HashMap<>(); // under this
  private Set<String> news = new HashSet<>(); // under this
  private boolean stopping; // under this
  private @Nullable Consumer<Set<String>> changed; // under this; null before the start
  private boolean running; // under this

  /**
   * @param thread name of the threads
   * @param before what is known of a name that is new
   * @param parallel names that are asked at one time
   * @param leastOfGood milliseconds after which a good answer is asked for again at the earliest
   *     when somebody needs a better one
   */
  Lookups(
      String thread,
      Function<String, First<A>> before,
      int parallel,
      long leastOfGood,
      Source<A> source) {
    this.thread = thread;
    this.before = before;
    this.parallel = new Semaphore(parallel);
    this.leastOfGood = leastOfGood;
    this.source = source;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** What is known of a name. One that is new will be asked for, once it is to be kept. */
  synchronized A of(String name) {
    return names.computeIfAbsent(name, this::first).value;
  }

  private Known<A> first(String name) {
    First<A> f = before.apply(name);
    return new Known<>(f.value, now() + f.millis);
  }

  /** What is known of all names. */
  synchronized Map<String, A> all() {
    Map<String, A> out = new HashMap<>();
    names.forEach((name, k) -> out.put(name, k.value));
    return out;
  }

  /** In how many milliseconds a name is asked for next; -1 if it is being asked. */
  synchronized long due(String name) {
    Known<A> k = names.get(name);
    return k == null || k.asked ? -1 : Math.max(0, k.dueAt - now());
  }

  /** Others are not asked for any more. */
  synchronized void keep(Set<String> used) {
    names.keySet().retainAll(used);
    runIfNeeded();
    notifyAll();
  }

  /** Something does not answer: names are looked up again soon, each at most once in its wait. */
  synchronized void wanted() {
    names.values().forEach(this::soon);
    notifyAll();
  }

  /** The same for one name. */
  synchronized void wanted(String name) {
    Known<A> k = names.get(name);
    if (k != null) {
      soon(k);
      notifyAll();
    }
  }

  /**
   * What is known of a name is something else, if it was as expected; it is looked up at once.
   *
   * @return whether it was
   */
  synchronized boolean change(String name, Predicate<A> expected, UnaryOperator<A> by) {
    Known<A> k = names.get(name);
    if (k == null || !expected.test(k.value)) {
      return false;
    }
    names.put(name, new Known<>(by.apply(k.value), now())); // what is under way is for the other
    news.add(name);
    notifyAll();
    return true;
  }

  /** One name is looked up at once. */
  synchronized void now(String name) {
    Known<A> k = names.get(name);
    if (k != null) {
      k.dueAt = Math.min(k.dueAt, now());
      notifyAll();
    }
  }

  private void soon(Known<A> k) {
    k.dueAt = Math.min(k.dueAt, now() + k.wait);
  }

  /**
   * Starts asking.
   *
   * @param tell called with the names that have something new
   */
  synchronized void start(Consumer<Set<String>> tell) {
    changed = tell;
    runIfNeeded();
  }

  /** Without names there is no thread. */
  private void runIfNeeded() {
    Consumer<Set<String>> tell = changed;
    if (tell != null && !running && !names.isEmpty()) {
      running = true;
      Thread.ofVirtual().name(thread).start(() -> run(tell));
    }
  }

  private void run(Consumer<Set<String>> tell) {
    try {
      while (true) {
        boolean any;
        synchronized (this) {
          if (stopping) {
            return;
          }
          if (news.isEmpty()) {
            wait(Math.max(1, askDue() - now()));
          }
          any = !news.isEmpty() && !stopping;
        }
        if (any) {
          Thread.sleep(GATHER); // the answers of many names come together
          tell.accept(takeNews());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Set<String> takeNews() {
    Set<String> all = news;
    news = new HashSet<>();
    return all;
  }

  /** Asks what is due. Returns when the next name is. */
  private long askDue() {
    long now = now();
    long next = now + LONGEST_WAIT;
    for (Map.Entry<String, Known<A>> e : names.entrySet()) {
      Known<A> k = e.getValue();
      if (!k.asked && now >= k.dueAt) {
        k.asked = true;
        k.dueAt = LASTS;
        Thread.ofVirtual().name(thread + "-ask").start(() -> ask(e.getKey(), k));
      } else if (!k.asked) {
        next = Math.min(next, k.dueAt);
      }
    }
    return next;
  }

  private void ask(String name, Known<A> k) {
    parallel.acquireUninterruptibly();
    Outcome<A> outcome = new Outcome<>(k.value, false, true, 0);
    try {
      outcome = source.ask(name, k.value);
    } catch (RuntimeException e) {
      Log.debug("look-up of " + name + ": " + Reason.of(e));
    } finally {
      parallel.release();
      answered(name, k, outcome);
    }
  }

  private synchronized void answered(String name, Known<A> k, Outcome<A> o) {
    k.asked = false;
    k.value = o.value;
    boolean lasts = o.millis > LASTS - now();
    k.dueAt = o.failed ? now() + k.wait : lasts ? LASTS : now() + o.millis;
    boolean better = o.news && !o.failed;
    k.wait = better ? FIRST_WAIT : Math.min(2 * k.wait, LONGEST_WAIT);
    k.wait = o.failed ? k.wait : Math.max(k.wait, leastOfGood);
    if (o.news && names.get(name) == k) {
      news.add(name);
    }
    notifyAll();
  }

  synchronized void stop() {
    stopping = true;
    notifyAll();
  }
}
