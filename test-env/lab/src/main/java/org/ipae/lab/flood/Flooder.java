// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;

/**
 * The process of a flood, in a host that owns a /56: KIND ADDRESS PORT KEY RATE SECONDS PREFIX. It
 * makes all datagrams before the first is sent, prints "flooding", sends that many a second for
 * that long, and prints what it has sent; sends the same again for each line on its standard input.
 */
public final class Flooder {
  /** As many as a /56 has /64. */
  private static final int STRANGERS = 256;

  /** Datagrams that are made; those of kinds that cost the gateway no memory are repeated. */
  private static final int DISTINCT = 8_192;

  /** INITs that are made to learn how long making takes. */
  private static final int TRIED = 1_000;

  private static final int ATTEMPTS = 3;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /**
   * Half of what a gateway allows between the age that an INIT claims and its own account of it.
   */
  private static final long LATE = TimeUnit.SECONDS.toNanos(5);

  private final Stranger[] strangers = new Stranger[STRANGERS];
  private final Kind kind;
  private final int rate;
  private final int seconds;
  private byte[][] datagrams = {};

  private Flooder(String[] args) throws IOException {
    kind = Kind.valueOf(args[0]);
    rate = Integer.parseInt(args[4]);
    seconds = Integer.parseInt(args[5]);
    InetSocketAddress target = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
    PublicKey gateway = PublicKey.parse(args[3]);
    byte[] address = InetAddress.getByName(args[6]).getAddress();
    address[15] = 1;
    for (int i = 0; i < STRANGERS; i++) {
      address[7] = (byte) i;
      Entropy entropy = entropy(i);
      X25519KeyPair key = key(kind == Kind.PEER_INITS ? 0 : i);
      strangers[i] = new Stranger(address, target, gateway, key, entropy);
    }
  }

  /** Not secret: tests want the same key again. */
  static X25519KeyPair key(int stranger) {
    return X25519KeyPair.generate(entropy(-1 - stranger));
  }

  static Entropy entropy(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (out, offset, length) -> {
      for (int k = 0; k < length; k++) {
        out[offset + k] = (byte) random.nextInt();
      }
    };
  }

  public static void main(String[] args) throws IOException {
    Flooder f = new Flooder(args);
    long start = f.make();
    LockSupport.parkNanos(start - System.nanoTime());
    f.flood();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      while (in.readLine() != null) {
        f.flood();
      }
    }
  }

  /** Makes the datagrams; they are to be sent from the returned time on. */
  private long make() throws IOException {
    if (kind == Kind.COOKIE_REQUESTS || kind == Kind.UNKNOWN_IDS) {
      datagrams = new byte[DISTINCT][];
      SplittableRandom random = new SplittableRandom(STRANGERS);
      for (int i = 0; i < DISTINCT; i++) {
        datagrams[i] =
            kind == Kind.COOKIE_REQUESTS ? strangers[i % STRANGERS].request() : unknown(random);
      }
      return System.nanoTime();
    }
    for (Stranger s : strangers) {
      s.askForCookie();
    }
    datagrams = new byte[rate * seconds][];
    int tried = Math.min(TRIED, datagrams.length);
    makeInits(tried, System.nanoTime()); // the JIT compiler
    long before = System.nanoTime();
    makeInits(tried, before);
    long each = (System.nanoTime() - before) / tried;
    for (int i = 0; i < ATTEMPTS; i++) {
      long begin = System.nanoTime();
      long start = begin + each * datagrams.length + SECOND;
      makeInits(datagrams.length, start);
      if (System.nanoTime() - start < LATE) {
        return start;
      }
      each = (System.nanoTime() - begin) / datagrams.length; // the machine had other work
    }
    throw new IOException("the INITs became too old while they were made");
  }

  /** Each stranger's in a thread at a time. */
  private void makeInits(int count, long start) {
    IntStream.range(0, STRANGERS)
        .parallel()
        .forEach(s -> {
          for (int i = s; i < count; i += STRANGERS) {
            long at = start + SECOND / rate * i;
            datagrams[i] = strangers[s].init(at, kind == Kind.INIT_PARTS);
          }
        });
  }

  private static byte[] unknown(SplittableRandom random) {
    byte[] b = new byte[60];
    random.nextBytes(b);
    b[0] |= (byte) 0x80;
    return b;
  }

  private void flood() {
    System.out.println("flooding");
    long start = System.nanoTime();
    long waited = 0;
    int all = rate * seconds;
    int sent = 0;
    for (int i = 0; i < all; i++) {
      long now = System.nanoTime();
      long before = now;
      while (now - start < SECOND / rate * i) {
        LockSupport.parkNanos(500_000);
        now = System.nanoTime();
      }
      waited += now - before;
      sent += strangers[i % STRANGERS].send(datagrams[i % datagrams.length]) ? 1 : 0;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.printf(
        "sent %d of %d in %d ms, waited %d ms%n",
        sent, all, millis, TimeUnit.NANOSECONDS.toMillis(waited));
  }
}
