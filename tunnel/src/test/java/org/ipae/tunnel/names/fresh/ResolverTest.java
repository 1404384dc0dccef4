// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ipae.tunnel.config.Addresses;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.routing.PortRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ResolverTest {
  @TempDir private Path directory;

  private Config config(String... endpoints) throws Exception {
    ConfigFiles files = new ConfigFiles(directory);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < endpoints.length; i++) {
      text.append(
          "[[peer]]\nname = \"p%d\"\nkey = \"%s\"\nendpoint = %s\n"
              .formatted(i, ConfigFiles.key(9 + i), endpoints[i]));
    }
    return ConfigReader.read(files.write(text.toString()).main);
  }

  private static List<InetAddress> found(String... addresses) {
    List<InetAddress> out = new ArrayList<>();
    for (String a : addresses) {
      out.add(InetAddress.ofLiteral(a));
    }
    return out;
  }

  @Test
  void nothingWaitsForANameAndTheRestIsThereAtOnce() throws Exception {
    CountDownLatch dead = new CountDownLatch(1);
    Addresses dns =
        name -> {
          try {
            dead.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          throw new UnknownHostException(name);
        };
    Resolver r = new Resolver(dns, new PortRange(28_000, 29_000));
    r.start(() -> {});
    Config c = config("\"192.0.2.1\"", "\"dead.example\"", "[\"dead.example\", \"192.0.2.3:7\"]");
    assertEquals(
        "{p0=[192.0.2.1:1138], p2=[192.0.2.3:7]}", new TreeMap<>(r.endpoints(c)).toString());
    r.stop();
    dead.countDown();
  }

  @Test
  void aDeadNameHoldsUpNoOtherAndNewsComesOnceForMany() throws Exception {
    CountDownLatch dead = new CountDownLatch(1);
    Semaphore news = new Semaphore(0);
    AtomicInteger asked = new AtomicInteger();
    Addresses dns =
        name -> {
          asked.incrementAndGet();
          if (name.equals("dead.example")) {
            try {
              dead.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            throw new UnknownHostException(name);
          }
          return found("2001:db8::1", "192.0.2.9");
        };
    Resolver r = new Resolver(dns, new PortRange(28_000, 29_000));
    Config c = config("\"dead.example\"", "\"a.example\"", "\"b.example:9\"", "\"a.example:5\"");
    assertTrue(r.endpoints(c).isEmpty());
    r.start(news::release);
    assertTrue(news.tryAcquire(10, TimeUnit.SECONDS));
    var known = r.endpoints(c);
    assertEquals("[[2001:db8:0:0:0:0:0:1]:1138, 192.0.2.9:1138]", known.get("p1").toString());
    assertEquals("[[2001:db8:0:0:0:0:0:1]:9, 192.0.2.9:9]", known.get("p2").toString());
    assertEquals("[[2001:db8:0:0:0:0:0:1]:5, 192.0.2.9:5]", known.get("p3").toString());
    assertEquals(3, known.size());
    assertEquals(3, asked.get(), "each name once");
    assertEquals(0, news.availablePermits());
    r.stop();
    dead.countDown();
  }

  @Test
  void aNameThatDoesNotResolveIsLookedUpAgainAndItsLastAnswerServes() throws Exception {
    Semaphore news = new Semaphore(0);
    AtomicInteger asked = new AtomicInteger();
    Addresses dns =
        name -> {
          if (asked.incrementAndGet() == 2) {
            return found("192.0.2.9");
          }
          throw new UnknownHostException(name);
        };
    Resolver r = new Resolver(dns, new PortRange(28_000, 29_000));
    Config c = config("\"a.example\"");
    r.endpoints(c);
    r.start(news::release);
    assertTrue(news.tryAcquire(10, TimeUnit.SECONDS), "after a second");
    r.wanted();
    assertEquals("{p0=[192.0.2.9:1138]}", r.endpoints(c).toString());
    r.stop();
  }
}
