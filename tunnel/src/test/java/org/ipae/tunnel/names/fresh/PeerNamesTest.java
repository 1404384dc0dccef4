// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class PeerNamesTest {
  private static final long HOUR = 3_600_000;
  private static final String B = "b.example";
  private static final String C = "c.example";

  @TempDir private Path directory;
  private final Map<String, Published> said = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final List<String> used = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final LinkedBlockingQueue<Set<String>> news = new LinkedBlockingQueue<>();
  private @Nullable PeerNames made;

  /** As one start of a daemon. */
  private PeerNames names(String bootId) {
    made =
        new PeerNames(
            settings -> {
              if (settings.resolvers().toString().contains("192.0.2.66")) {
                throw new IOException("no such interface");
              }
              used.add(settings.resolvers().toString());
              return name -> {
                asked.incrementAndGet();
                return said.getOrDefault(name, says(Verdict.ABSENT, 0));
              };
            },
            new NamesFile(directory, bootId, clock::get),
            new PortRange(28_000, 29_000),
            clock::get,
            new Random(4));
    return made;
  }

  private PeerNames names() {
    PeerNames n = made;
    return n == null ? names("one") : n;
  }

  @AfterEach
  void stop() {
    names().stop();
  }

  private static Published says(Verdict v, long signedAt, int... keys) {
    List<Published.Gateway> all = new ArrayList<>();
    for (int k : keys) {
      List<InetAddress> at = List.of(InetAddress.ofLiteral("192.0.2." + k));
      all.add(new Published.Gateway(ConfigFiles.key(k), "t", 1138, 10, 0, at, ""));
    }
    return new Published(v, "", all, List.of(), signedAt, HOUR, HOUR);
  }

  private Config config(String peers) throws Exception {
    return ConfigReader.read(new ConfigFiles(directory).write(peers).main);
  }

  private static String peer(String name, String more) {
    return "[[peer]]\nname = \"" + name + "\"\n" + more;
  }

  private void heard(String... of) throws InterruptedException {
    Set<String> open = ConcurrentHashMap.newKeySet();
    open.addAll(List.of(of));
    while (!open.isEmpty()) {
      Set<String> some = news.poll(10, TimeUnit.SECONDS);
      assertTrue(some != null, "nothing of " + open);
      open.removeAll(some);
      names().renew(some);
    }
  }

  /** Looks the names of a configuration up, and has answers for these. */
  private void runs(Config c, String... heard) throws InterruptedException {
    names().of(c);
    names().start(news::add);
    heard(heard);
  }

  private static String keys(PeerNames.Named n) {
    return n.keys().stream().map(k -> k.key().toString()).toList().toString();
  }

  @Test
  void aPeerHasTheKeysAndPlacesOfItsName() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2, 3));
    Config c = config(peer(B, "") + peer("pinned", "key = \"" + ConfigFiles.key(5) + "\"\n"));
    assertEquals(List.of(), names().of(c).get(B).keys());
    assertEquals("unknown", names().status(B).verdict());
    assertNull(names().status("pinned"));
    names().start(news::add);
    heard(B);
    PeerNames.Named n = names().of(c).get(B);
    assertEquals(List.of(ConfigFiles.key(2), ConfigFiles.key(3)).toString(), keys(n));
    assertEquals("[192.0.2.2:1138, 192.0.2.3:1138]", n.places().toString());
    assertEquals(clock.get() + HOUR + Standing.GRACE, n.keys().getFirst().until());
    assertEquals("secure", names().status(B).verdict());
    assertTrue(names().status(B).dueMillis() > HOUR / 2, names().status(B).toString());
    assertFalse(names().of(c).containsKey("pinned"));
  }

  @Test
  void keysAtOnePlaceAreOfOneHostAndHostsHaveThePriorityOfTheirRecords() throws Exception {
    List<Published.Gateway> all = new ArrayList<>();
    int[][] records = {
      {2, 10, 2}, {4, 10, 2}, {5, 20, 5}
    }; // key, priority, last byte of the address
    for (int[] r : records) {
      List<InetAddress> at = List.of(InetAddress.ofLiteral("192.0.2." + r[2]));
      all.add(new Published.Gateway(ConfigFiles.key(r[0]), "t", 1138, r[1], 0, at, ""));
    }
    said.put(B, new Published(Verdict.SECURE, "", all, List.of(), 100, HOUR, HOUR));
    Config c = config(peer(B, ""));
    runs(c, B);
    List<PeerKey> keys = names().of(c).get(B).keys();
    assertEquals(3, keys.size());
    PeerKey first = keys.get(0);
    PeerKey second = keys.get(1);
    PeerKey other = keys.get(2);
    assertEquals(first.gateway(), second.gateway());
    assertFalse(first.keepsFrom(second), "a change of keys");
    assertTrue(first.keepsFrom(other));
    assertFalse(other.keepsFrom(first), "the preferred one takes over");
  }

  @Test
  void aPeerThatIsExpectedIsThereAtOnceAndAskedForOnce() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2));
    Config none = config("");
    Config c = config(peer(B, ""));
    names().of(none);
    names().start(news::add);
    names().expect(B);
    while (asked.get() < 1) {
      Thread.sleep(5);
    }
    Thread.sleep(50); // it has been put aside
    assertEquals("[" + ConfigFiles.key(2) + "]", keys(names().of(c).get(B)));
    assertEquals("secure", names().status(B).verdict());
    Thread.sleep(200);
    assertEquals(1, asked.get());
    clock.addAndGet(60_001);
    names().expect(C);
    while (asked.get() < 2) {
      Thread.sleep(5);
    }
    Thread.sleep(50);
    Config both = config(peer(B, "") + peer(C, ""));
    assertEquals(List.of(), names().of(both).get(C).keys(), "what is absent is not used");
    heard(C);
  }

  @Test
  void otherResolversCountAtOnceAndThoseThatCannotBeUsedChangeNothing() throws Exception {
    names().of(config(peer(B, "")));
    names().of(config(peer(B, "")));
    names().of(config("[dns]\nresolvers = [\"192.0.2.53\"]\n" + peer(B, "")));
    names().of(config("[dns]\nresolvers = [\"192.0.2.66\"]\n" + peer(B, "")));
    names().of(config("[dns]\nresolvers = [\"192.0.2.53\"]\n" + peer(B, "")));
    assertEquals(List.of("[]", "[192.0.2.53:53]"), used, "each once, and no broken one");
  }

  @Test
  void aKeyIsThePeersThatHadItFirstUntilThatOneHasOthers() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2));
    Config one = config(peer(B, ""));
    runs(one, B);
    said.put(C, says(Verdict.SECURE, 100, 2));
    Config both = config(peer(C, "") + peer(B, ""));
    names().of(both);
    heard(C);
    assertEquals(1, names().of(both).get(B).keys().size());
    assertEquals(0, names().of(both).get(C).keys().size());
    assertEquals("key " + ConfigFiles.key(2) + " is that of " + B, names().status(C).reason());

    said.put(B, says(Verdict.SECURE, 200, 3));
    clock.addAndGet(20_000);
    names().unknownKey(Endpoint.of(new byte[] {(byte) 192, 0, 2, 2}, 4_000));
    heard(B);
    assertEquals(List.of(ConfigFiles.key(3)).toString(), keys(names().of(both).get(B)));
    assertEquals(List.of(ConfigFiles.key(2)).toString(), keys(names().of(both).get(C)));
    assertEquals("", names().status(C).reason());
  }

  @Test
  void aKeyOfTheConfigurationOrOfThisHostIsNobodyElses() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 5));
    Config c = config(peer("pinned", "key = \"" + ConfigFiles.key(5) + "\"\n") + peer(B, ""));
    said.put(C, says(Verdict.SECURE, 100, 2));
    runs(c, B);
    assertEquals(0, names().of(c).get(B).keys().size());
    assertEquals("key " + ConfigFiles.key(5) + " is that of pinned", names().status(B).reason());
  }

  @Test
  void unknownKeysCauseOneLookupASecondAndOneInTenSecondsForAName() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2));
    said.put(C, says(Verdict.SECURE, 100, 3));
    runs(config(peer(B, "") + peer(C, "")), B, C);
    int before = asked.get();
    said.put(B, says(Verdict.SECURE, 200, 2));
    said.put(C, says(Verdict.SECURE, 200, 3));
    Endpoint ofC = Endpoint.of(new byte[] {(byte) 192, 0, 2, 3}, 999);
    clock.addAndGet(50_000); // what is asked anew ends later, which is news
    long from = clock.get();
    for (int i = 0; i < 100_000; i++) {
      names().unknownKey(ofC);
      clock.set(from + i / 101); // a second
    }
    heard(C);
    assertEquals(before + 1, asked.get(), "C, at once");
    clock.addAndGet(1_000);
    names().unknownKey(ofC);
    heard(B);
    assertEquals(before + 2, asked.get(), "then the other one");
    for (int i = 0; i < 5; i++) {
      clock.addAndGet(1_000);
      names().unknownKey(ofC);
    }
    assertEquals(before + 2, asked.get(), "then none for a while");
    clock.addAndGet(10_000);
    names().unknownKey(ofC);
    heard(C);
    assertEquals(before + 3, asked.get());
  }

  @Test
  void aStartWithoutDnsHasWhatWasLeftOfTheLastAnswer() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2));
    Config c = config(peer(B, ""));
    runs(c, B);
    long until = clock.get() + HOUR + Standing.GRACE;
    clock.addAndGet(60_000);
    names().stop();
    said.put(B, says(Verdict.UNREACHABLE, 0));

    clock.addAndGet(100_000);
    PeerNames.Named same = names("one").of(c).get(B);
    assertEquals(List.of(ConfigFiles.key(2)).toString(), keys(same));
    assertEquals("[192.0.2.2:1138]", same.places().toString());
    assertEquals(until, same.keys().getFirst().until(), "its own end, in this boot");

    clock.set(5_000); // another boot: what was left when it was written
    PeerNames.Named later = names("two").of(c).get(B);
    assertEquals(5_000 + HOUR + Standing.GRACE - 60_000, later.keys().getFirst().until());
  }

  @Test
  void aWithdrawnKeyStaysWithdrawnAcrossAStartAndADamagedFileIsIgnored() throws Exception {
    said.put(B, says(Verdict.SECURE, 100, 2));
    Config c = config(peer(B, ""));
    runs(c, B);
    said.put(B, says(Verdict.SECURE, 200, 3));
    clock.addAndGet(20_000);
    names().unknownKey(Endpoint.of(new byte[] {(byte) 192, 0, 2, 2}, 4_000));
    heard(B);
    names().stop();
    said.put(B, says(Verdict.SECURE, 150, 2));
    names("one").of(c);
    names().start(news::add);
    clock.addAndGet(20_000);
    names().unknownKey(Endpoint.of(new byte[] {(byte) 192, 0, 2, 3}, 4_000)); // at once
    heard(B);
    assertEquals(0, names().of(c).get(B).keys().size());
    assertTrue(names().status(B).reason().contains("was withdrawn"), names().status(B).toString());
    names().stop();

    Files.writeString(directory.resolve("names.json"), "{\"schema\":1,\"names\":[{\"name\"");
    assertEquals(List.of(), names("one").of(c).get(B).keys());
  }
}
