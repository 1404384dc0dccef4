// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation.host;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Publishing;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.Inside;
import org.ipae.tunnel.names.publish.OwnRecords;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.rotation.Rotator;
import org.jspecify.annotations.Nullable;

/**
 * The key of this host and its changes: when it is time, or when the operator says so. It asks DNS
 * on a thread of its own. Any thread.
 */
public final class KeyRotation {
  /** Between two notes of how old the key is, milliseconds. */
  private static final long NOTED = 3_600_000;

  /** Wait for the thread to take a command, seconds. */
  private static final long PATIENCE = 5;

  private final Supplier<Config> config;
  private final RotationFile file;
  private final KeyFiles keys;
  private final Entropy entropy;
  private final LongSupplier clock;
  private final Rotator rotator;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private Consumer<HostKeys.Wanted> answering = _ -> {};
  private volatile PublicKey calling;
  private volatile RotationStatus status;
  private volatile boolean stopping;
  private long changedAt;

  /**
   * Goes on where the files say.
   *
   * @param config of each moment
   * @param inside name servers behind peers
   * @param calling the key that calls now
   * @param clock milliseconds of the boot clock
   */
  public KeyRotation(
      Supplier<Config> config,
      Inside inside,
      PublicKey calling,
      RotationFile file,
      RotationFile.Kept kept,
      KeyFiles keys,
      Entropy entropy,
      LongSupplier clock) {
    this.config = config;
    this.calling = calling;
    this.file = file;
    this.keys = keys;
    this.entropy = entropy;
    this.clock = clock;
    changedAt = kept.changedAt();
    DnsActions actions =
        new DnsActions(config, inside, clock, keys, this::answer, this::keep, this::keepDone);
    rotator =
        new Rotator(
            actions, () -> config.get().dns().publishing().grace().toMillis(), kept.rotation());
    status = said();
  }

  /** The key that this host calls with. */
  public PublicKey calling() {
    return calling;
  }

  /** What is going on. */
  public RotationStatus status() {
    return status;
  }

  /** Begins to act. */
  public void start(Consumer<HostKeys.Wanted> answers) {
    answering = answers;
    Thread.ofVirtual().name("ipae-key").start(this::run);
  }

  public void stop() {
    stopping = true;
    look();
  }

  /** The configuration may say something else. */
  public void look() {
    commands.add(() -> {});
  }

  private void run() {
    try {
      while (!stopping) {
        long wait = surelyTurn();
        status = said();
        Runnable command = commands.poll(wait, TimeUnit.MILLISECONDS);
        if (command != null) {
          command.run();
          status = said();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A defect in one turn must not end all changes of keys. */
  private long surelyTurn() throws InterruptedException {
    try {
      return turn();
    } catch (RuntimeException e) {
      Log.error("key change: " + Reason.of(e));
      return NOTED;
    }
  }

  /** In how many milliseconds there is something to do. */
  private long turn() throws InterruptedException {
    long now = clock.getAsLong();
    long wait = rotator.turn(now);
    Duration every = config.get().dns().publishing().rotate();
    if (rotator.rotation() != null || every == null) {
      return wait;
    }
    long due = changedAt + every.toMillis() - clock.getAsLong();
    if (due > 0) {
      keepIdle();
      return Math.min(due, NOTED);
    }
    try {
      begin(false, true);
      return 0;
    } catch (IOException e) {
      Log.error("key change not begun: " + Reason.of(e));
      return NOTED;
    }
  }

  private void keepIdle() {
    String why = keep(null);
    if (!why.isEmpty()) {
      Log.debug("age of the key not noted: " + why);
    }
  }

  /**
   * A new key is to take the place of the present one.
   *
   * @param hold whether it waits for {@link #proceed} before it is published
   * @throws IOException with one line: why not
   */
  public void rotate(boolean hold) throws IOException {
    command(() -> begin(hold, true));
  }

  /**
   * The same, with the key that was put beside the present one; another host publishes it.
   *
   * @throws IOException with one line: why not
   */
  public void follow() throws IOException {
    command(() -> begin(false, false));
  }

  /**
   * A change that is held goes on.
   *
   * @throws IOException with one line: why not
   */
  public void proceed() throws IOException {
    command(() -> refuse(rotator.release()));
  }

  /**
   * A change of which nobody has heard yet is given up.
   *
   * @throws IOException with one line: why not
   */
  public void cancel() throws IOException {
    command(() -> refuse(rotator.cancel(clock.getAsLong())));
  }

  /** The operator has put another key in the place of the present one. */
  public void replaced(X25519KeyPair by) throws IOException {
    PublicKey key = PublicKey.of(by.publicKey());
    if (status.rotation() != null) {
      throw new IOException(
          "the private key was changed by hand while a change of keys is under way: put "
              + calling
              + " back");
    }
    calling = key;
    commands.add(() -> {
      changedAt = clock.getAsLong();
      keepIdle();
    });
  }

  private static void refuse(String why) throws IOException {
    if (!why.isEmpty()) {
      throw new IOException(why);
    }
  }

  private interface Command {
    void run() throws IOException;
  }

  private void command(Command c) throws IOException {
    CompletableFuture<@Nullable String> done = new CompletableFuture<>();
    commands.add(() -> {
      if (done.isDone()) {
        return; // nobody waits for it any more
      }
      try {
        c.run();
        done.complete(null);
      } catch (IOException | RuntimeException e) {
        done.complete(Reason.of(e));
      }
    });
    String why;
    try {
      why = done.get(PATIENCE, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      done.cancel(false);
      why = "name servers are being asked; try again";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      why = "the running ipae is stopping";
    }
    if (why != null) {
      throw new IOException(why);
    }
  }

  private void begin(boolean hold, boolean publishes) throws IOException {
    Rotation there = rotator.rotation();
    if (there != null) {
      throw new IOException(
          "a change of keys is under way: "
              + there.step().text()
              + (rotator.trouble().isEmpty() ? "" : "; " + rotator.trouble()));
    }
    OwnRecords.of(config.get()); // what cannot be published is told now
    PublicKey next = publishes ? made() : keys.nextKey();
    if (next.equals(calling)) {
      throw new IOException("the next key is the present one");
    }
    refuse(rotator.begin(clock.getAsLong(), calling, next, hold, publishes));
    Log.info("key change: " + calling + " is to be replaced by " + next);
  }

  private PublicKey made() throws IOException {
    try (X25519KeyPair pair = X25519KeyPair.generate(entropy)) {
      keys.keepNext(pair);
      return PublicKey.of(pair.publicKey());
    }
  }

  private void answer(HostKeys.Wanted wanted) {
    PublicKey key = PublicKey.of(wanted.calling().publicKey());
    if (!key.equals(calling)) {
      Log.info("key change: this host calls with " + key + " now");
    }
    calling = key;
    answering.accept(wanted);
  }

  private String keep(@Nullable Rotation r) {
    try {
      file.save(new RotationFile.Kept(r, changedAt));
      return "";
    } catch (IOException e) {
      return "where it is cannot be kept in the state directory: " + Reason.of(e);
    }
  }

  private String keepDone() {
    changedAt = clock.getAsLong();
    return keep(null);
  }

  private RotationStatus said() {
    long now = clock.getAsLong();
    Publishing p = config.get().dns().publishing();
    Duration every = p.rotate();
    long due = every == null ? -1 : Math.max(0, changedAt + every.toMillis() - now);
    return new RotationStatus(
        rotator.rotation(),
        rotator.left(now),
        Redacted.text(rotator.trouble()),
        rotator.trouble().isEmpty() ? -1 : now - rotator.troubleSince(),
        due,
        now);
  }
}
