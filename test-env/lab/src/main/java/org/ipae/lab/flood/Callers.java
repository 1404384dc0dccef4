// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ipae.crypto.PublicKey;

/**
 * The process of a crowd, in a host that owns a /56: ADDRESS PORT KEY INNER NUMBER LANES PREFIX.
 * That many peers make a session each, one after the other, and speak on all lanes every two
 * seconds. Prints "called" when all have; for each line on its standard input all make new ones.
 */
public final class Callers {
  private static final int NETWORKS = 256;
  private static final long PERIOD = TimeUnit.SECONDS.toNanos(2);

  private final Caller[] callers;
  private final int lanes;
  private long spoken = System.nanoTime();

  private Callers(String[] args) throws IOException {
    InetSocketAddress target = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
    PublicKey gateway = PublicKey.parse(args[2]);
    byte[] inner = InetAddress.getByName(args[3]).getAddress();
    callers = new Caller[Integer.parseInt(args[4])];
    lanes = Integer.parseInt(args[5]);
    byte[] address = InetAddress.getByName(args[6]).getAddress();
    for (int i = 0; i < callers.length; i++) {
      address[7] = (byte) (i % NETWORKS);
      address[15] = (byte) (1 + i / NETWORKS);
      Stranger s =
          new Stranger(address, target, gateway, Flooder.key(i), Flooder.entropy(Crowd.SEEDS + i));
      byte[] own = InetAddress.getByName(Crowd.inner(i)).getAddress();
      callers[i] = new Caller(s, own, inner);
    }
  }

  public static void main(String[] args) throws IOException {
    Callers c = new Callers(args);
    c.call();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      while (true) {
        while (!in.ready()) {
          c.speakIfDue();
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (in.readLine() == null) {
          return;
        }
        c.call();
      }
    }
  }

  private void call() throws IOException {
    for (Caller c : callers) {
      c.call(lanes);
      c.speak();
      speakIfDue();
    }
    System.out.println("called");
  }

  /** All speak every two seconds, so that nobody takes them for dead. */
  private void speakIfDue() {
    if (System.nanoTime() - spoken >= PERIOD) {
      spoken = System.nanoTime();
      for (Caller c : callers) {
        c.speak();
      }
    }
  }
}
