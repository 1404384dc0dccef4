// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.rotation.host.KeyFiles;
import org.ipae.tunnel.rotation.host.RotationFile;
import org.ipae.tunnel.sim.SimEntropy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of keys in files that are real and a DNS that is not, killed wherever it can be. */
class RotatorTest {
  private static final long TTL = 600_000;
  private static final long GRACE = 60_000;

  @TempDir Path directory;

  private Path key;
  private PublicKey from;
  private PublicKey to;
  private final Zone zone = new Zone();
  private long clock = 1_000_000;

  /** What DNS says, and what others may still hold of what it said before. */
  private final class Zone {
    Set<PublicKey> keys = new HashSet<>();
    String refuses = "";
    boolean deaf; // says yes and does nothing
    String stale = ""; // of a second server

    /** Each set that was there, and until when it may be held. */
    final List<Set<PublicKey>> held = new ArrayList<>();

    final List<Long> heldUntil = new ArrayList<>();

    void become(Set<PublicKey> next) {
      held.add(Set.copyOf(keys));
      heldUntil.add(clock + TTL);
      keys = next;
    }

    /** All sets that somebody may go by now. */
    List<Set<PublicKey>> seen() {
      List<Set<PublicKey>> out = new ArrayList<>(List.of(Set.copyOf(keys)));
      for (int i = 0; i < held.size(); i++) {
        if (clock < heldUntil.get(i)) {
          out.add(held.get(i));
        }
      }
      return out;
    }
  }

  /** The process is gone. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A process that may be killed before or after any of its actions. */
  private final class Process implements Actions {
    final RotationFile file = new RotationFile(directory, "boot", () -> clock);
    final KeyFiles files = new KeyFiles(key);
    final Rotator rotator;
    long changedAt;
    Set<PublicKey> answered = new HashSet<>();
    PublicKey calling;
    int left; // actions and halves of actions until it is killed

    Process(int left) throws IOException {
      this.left = left;
      calling = publicKey(key);
      answered.add(calling);
      RotationFile.Kept kept = file.load();
      changedAt = kept.changedAt();
      rotator = new Rotator(this, () -> GRACE, kept.rotation());
    }

    private void die() {
      if (--left == 0) {
        throw new Killed();
      }
    }

    @Override
    public String save(@Nullable Rotation rotation) {
      die();
      try {
        file.save(new RotationFile.Kept(rotation, changedAt));
      } catch (IOException e) {
        return e.getMessage();
      }
      die();
      return "";
    }

    @Override
    public String saveDone() {
      changedAt = clock;
      return save(null);
    }

    @Override
    public String answer(Rotation rotation) {
      die();
      try (Closing keys = new Closing(files.arrange(rotation))) {
        die();
        calling = keys.of(List.of(keys.wanted.calling())).getFirst();
        answered = new HashSet<>(keys.of(keys.wanted.before()));
        answered.addAll(keys.of(keys.wanted.next()));
        answered.add(calling);
      } catch (IOException e) {
        return e.getMessage();
      }
      die();
      return "";
    }

    @Override
    public long held() {
      return TTL;
    }

    @Override
    public String trouble() {
      return "";
    }

    @Override
    public String publish(List<PublicKey> keys, List<PublicKey> gone) {
      die();
      if (!zone.refuses.isEmpty()) {
        return zone.refuses;
      }
      Set<PublicKey> next = new HashSet<>(zone.keys);
      next.addAll(keys);
      next.removeAll(gone);
      if (!zone.deaf && !next.equals(zone.keys)) {
        zone.become(next);
      }
      die();
      return "";
    }

    @Override
    public String seen(List<PublicKey> keys, List<PublicKey> gone) {
      die();
      boolean all = zone.keys.containsAll(keys) && gone.stream().noneMatch(zone.keys::contains);
      return all ? zone.stale : "not there";
    }

    @Override
    public String erase(Rotation rotation) {
      die();
      try {
        answered = new HashSet<>(Set.of(calling));
        files.clear();
      } catch (IOException e) {
        return e.getMessage();
      }
      die();
      return "";
    }

    @Override
    public void tell(String line) {}

    /** Begins as the daemon does. */
    String begin() throws IOException {
      to = pair(files, 2 + clock);
      return rotator.begin(clock, calling, to, false, true);
    }

    /** Whoever goes by anything that DNS said can call this host, and is called by a known key. */
    void reachable() {
      for (Set<PublicKey> keys : zone.seen()) {
        assertTrue(answered.stream().anyMatch(keys::contains), "nobody answers");
        assertTrue(keys.contains(calling) || keys.contains(from), "called by a stranger");
      }
      assertTrue(answered.containsAll(zone.keys), "DNS has a key that is not answered");
      assertTrue(zone.keys.contains(calling), "DNS lacks the key that calls");
    }
  }

  private record Closing(HostKeys.Wanted wanted) implements AutoCloseable {
    List<PublicKey> of(List<X25519KeyPair> pairs) {
      return pairs.stream().map(p -> PublicKey.of(p.publicKey())).toList();
    }

    @Override
    public void close() {
      wanted.calling().close();
      wanted.before().forEach(X25519KeyPair::close);
      wanted.next().forEach(X25519KeyPair::close);
    }
  }

  private static PublicKey pair(KeyFiles files, long seed) throws IOException {
    try (X25519KeyPair p = X25519KeyPair.generate(new SimEntropy(seed))) {
      files.keepNext(p);
      return PublicKey.of(p.publicKey());
    }
  }

  private static PublicKey publicKey(Path file) throws IOException {
    try (X25519KeyPair p = KeyFile.parse(Files.readAllBytes(file), "")) {
      return PublicKey.of(p.publicKey());
    }
  }

  @BeforeEach
  void keyAndZone() throws IOException {
    key = directory.resolve("host.key");
    try (X25519KeyPair p = X25519KeyPair.generate(new SimEntropy(1))) {
      KeyFile.write(key, p);
      from = PublicKey.of(p.publicKey());
    }
    to = from;
    zone.keys.add(from);
  }

  /** Runs until the change is over; the moments at which it had something to do. */
  private List<Step> finish(Process p) throws InterruptedException {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      long wait = p.rotator.turn(clock);
      p.reachable();
      Rotation r = p.rotator.rotation();
      if (r == null) {
        return steps;
      }
      if (steps.isEmpty() || steps.getLast() != r.step()) {
        steps.add(r.step());
      }
      clock += Math.min(wait, 10_000);
      p.reachable();
    }
    throw new AssertionError("does not end: " + p.rotator.rotation() + p.rotator.trouble());
  }

  private void assertOver(PublicKey calls) throws IOException {
    assertEquals(calls, publicKey(key));
    assertEquals(Set.of(calls), zone.keys);
    try (var files = Files.list(directory)) {
      assertEquals(
          Set.of("host.key", "rotation.json"),
          Set.copyOf(files.map(f -> f.getFileName().toString()).toList()));
    }
    assertNull(new RotationFile(directory, "boot", () -> clock).load().rotation());
  }

  @Test
  void aChangeTakesThreeTimesToLiveAndTheGrace() throws Exception {
    Process p = new Process(0);
    long since = clock;
    assertEquals("", p.begin());
    assertEquals(
        List.of(Step.SPREADING, Step.CALLING, Step.FORGETTING), finish(p), "what takes time");
    assertEquals(3 * TTL + GRACE + 2 * Rotator.MARGIN, clock - since, 20_000);
    assertOver(to);
  }

  @Test
  void killedAtAnyPointItGoesOnAndTheHostIsReachableAllTheTime() throws Exception {
    int deaths = 0;
    for (int point = 1; ; point++) {
      for (Path f : List.of(key, directory.resolve("rotation.json"))) {
        Files.deleteIfExists(f);
      }
      new KeyFiles(key).clear();
      zone.keys.clear();
      zone.held.clear();
      zone.heldUntil.clear();
      keyAndZone();
      Process p = new Process(point);
      boolean killed = false;
      try {
        assertEquals("", p.begin());
        finish(p);
      } catch (Killed e) {
        killed = true;
        deaths++;
      }
      if (!killed) {
        break;
      }
      Process next = new Process(0);
      next.rotator.turn(clock);
      next.reachable();
      if (next.rotator.rotation() == null && !publicKey(key).equals(to)) {
        assertEquals("", next.begin(), "it had not begun");
      }
      finish(next);
      assertOver(publicKey(key));
      assertFalse(publicKey(key).equals(from), "point " + point);
    }
    System.out.println("a change of keys killed at " + deaths + " points");
    assertTrue(deaths >= 28, deaths + " points");
  }

  /** The crash may be in the middle of the exchange of the files, too. */
  @Test
  void aCopyThatIsHalfWrittenIsWrittenAgain() throws Exception {
    for (String half : List.of("", "c29tZQ", Files.readString(key))) {
      Process p = new Process(0);
      from = publicKey(key);
      assertEquals("", p.begin());
      p.rotator.turn(clock);
      assertEquals(Step.SPREADING, Objects.requireNonNull(p.rotator.rotation()).step());
      Files.writeString(directory.resolve("host.key.retiring"), half);
      finish(new Process(0));
      assertOver(to);
      clock += TTL;
    }
  }

  @Test
  void aServerThatRefusesOrDoesNothingStopsItWhereNothingIsLost() throws Exception {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> zone.refuses = "REFUSED", () -> zone.deaf = true, () -> zone.stale = "ns2")) {
      zone.refuses = "";
      zone.deaf = false;
      zone.stale = "";
      from = publicKey(key);
      Process p = new Process(0);
      wrong.run();
      assertEquals("", p.begin());
      for (int i = 0; i < 100; i++) {
        clock += p.rotator.turn(clock);
        assertEquals(Step.PUBLISHING, Objects.requireNonNull(p.rotator.rotation()).step());
        p.reachable();
      }
      assertEquals(from, p.calling);
      assertFalse(p.rotator.trouble().isEmpty());
      assertTrue(clock - p.rotator.troubleSince() > 3_600_000, "since when");
      zone.refuses = "";
      zone.deaf = false;
      zone.stale = "";
      finish(p);
      assertOver(to);
      clock += TTL;
    }
  }

  @Test
  void nothingIsPublishedWhileTheOperatorHoldsIt() throws Exception {
    Process p = new Process(0);
    to = pair(p.files, 7);
    assertEquals("", p.rotator.begin(clock, from, to, true, true));
    assertEquals(Rotator.NEVER, p.rotator.turn(clock));
    assertEquals(Set.of(from, to), p.answered, "another host may call with it already");
    Process restarted = new Process(0);
    assertEquals(Rotator.NEVER, restarted.rotator.turn(clock));
    assertEquals(Set.of(from, to), restarted.answered);
    assertEquals("", restarted.rotator.release());
    assertEquals("no change of keys waits to go on", restarted.rotator.release());
    restarted = new Process(0); // it goes on although it was killed at once
    restarted.rotator.turn(clock);
    assertEquals("the new key is published already", restarted.rotator.cancel(clock));
    finish(restarted);
    assertOver(to);
  }

  @Test
  void aChangeOfWhichNobodyHasHeardIsGivenUp() throws Exception {
    Process p = new Process(0);
    assertEquals("no change of keys is under way", p.rotator.cancel(clock));
    to = pair(p.files, 8);
    assertEquals("", p.rotator.begin(clock, from, to, true, true));
    p.rotator.turn(clock);
    long changedAt = p.changedAt;
    clock += 1_000;
    assertEquals("", p.rotator.cancel(clock));
    assertOver(from);
    assertEquals(changedAt, new Process(0).changedAt, "the key is as old as before");
    assertEquals(Rotator.NEVER, p.rotator.turn(clock));
  }

  @Test
  void aHostThatSharesTheKeyFollowsWhatTheOtherPublishes() throws Exception {
    Process p = new Process(0);
    to = pair(p.files, 9);
    assertEquals("", p.rotator.begin(clock, from, to, false, false));
    for (int i = 0; i < 50; i++) {
      clock += p.rotator.turn(clock);
    }
    assertEquals(Set.of(from), zone.keys, "it changes nothing itself");
    assertEquals(from, p.calling);
    zone.become(new HashSet<>(Set.of(from, to)));
    for (int i = 0; i < 50 && !p.calling.equals(to); i++) {
      clock += Math.min(TTL, p.rotator.turn(clock));
    }
    assertEquals(to, p.calling);
    clock += TTL + GRACE;
    zone.become(new HashSet<>(Set.of(to)));
    finish(p);
    assertOver(to);
  }

  @Test
  void aDamagedFileIsPutAsideAndTheKeyInUseStays() throws Exception {
    Path state = directory.resolve("rotation.json");
    Files.writeString(state, "{ \"schema\": 1, \"step\": \"SPREA");
    RotationFile file = new RotationFile(directory, "boot", () -> clock);
    assertThrows(IOException.class, file::load);
    assertNull(file.loadOrPutAside().rotation());
    assertTrue(Files.exists(directory.resolve("rotation.json.damaged")));
    Process p = new Process(0);
    assertEquals("", p.begin());
    finish(p);
    Files.delete(directory.resolve("rotation.json.damaged"));
    assertOver(to);
  }

  @Test
  void afterABootWhatHadPassedCounts() throws Exception {
    Process p = new Process(0);
    p.begin();
    p.rotator.turn(clock);
    assertEquals(Step.SPREADING, Objects.requireNonNull(p.rotator.rotation()).step());
    clock = 5_000; // of another boot
    Rotation r = new RotationFile(directory, "another", () -> clock).load().rotation();
    assertEquals(5_000, Objects.requireNonNull(r).since(), "it was written as the step began");
  }
}
