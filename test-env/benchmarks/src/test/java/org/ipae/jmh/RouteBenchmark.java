// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The longest of 1,000 prefixes, half IPv4; seven of eight addresses are in one. */
@State(Scope.Thread)
public class RouteBenchmark {
  private static final int PREFIXES = 1_000;
  private static final int ADDRESSES = 4_096;

  private final long[] hi = new long[ADDRESSES];
  private final long[] lo = new long[ADDRESSES];
  private RouteTable<Integer> table;
  private int next;

  @Setup
  public void routes() {
    Random random = new Random(1);
    Map<Prefix, Integer> routes = new HashMap<>();
    Prefix[] all = new Prefix[PREFIXES];
    while (routes.size() < PREFIXES) {
      boolean v4 = routes.size() % 2 == 0;
      byte[] address = new byte[v4 ? 4 : 16];
      random.nextBytes(address);
      address[0] = (byte) (v4 ? 10 : 0xfd);
      Prefix p = Prefix.of(address, v4 ? 12 + random.nextInt(17) : 24 + random.nextInt(41));
      all[routes.size()] = p;
      routes.putIfAbsent(p, routes.size());
    }
    table = new RouteTable<>(routes);
    for (int i = 0; i < ADDRESSES; i++) {
      Prefix p = all[random.nextInt(PREFIXES)];
      int host = 128 - p.bits();
      hi[i] = i % 8 == 0 ? random.nextLong() : p.hi() | (host > 64 ? tail(random, host - 64) : 0);
      lo[i] = p.lo() | tail(random, Math.min(64, host));
    }
  }

  private static long tail(Random random, int bits) {
    return bits == 0 ? 0 : random.nextLong() >>> 64 - bits;
  }

  @Benchmark
  public Integer lookup() {
    int i = next++ & ADDRESSES - 1;
    return table.lookup(hi[i], lo[i]);
  }
}
