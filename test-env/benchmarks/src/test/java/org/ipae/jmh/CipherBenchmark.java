// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.util.Random;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** AES-256-GCM on a full datagram of an Ethernet path. A JVM for each implementation. */
@State(Scope.Thread)
public class CipherBenchmark {
  private static final int LENGTH = 1_424;
  private static final int HEADER = 12;

  @Param({"AWS-LC", "JDK"})
  String by;

  private final byte[] nonce = new byte[12];
  private final byte[] next = new byte[12];
  private final byte[] plain = new byte[LENGTH];
  private final byte[] sealed = new byte[HEADER + LENGTH + PacketCipher.TAG];
  private final byte[] out = new byte[HEADER + LENGTH + PacketCipher.TAG];
  private PacketCipher sealing;
  private PacketCipher opening;
  private int counter;

  @Setup
  public void keys() {
    if (by.equals("JDK")) {
      PacketCipher.withoutLibrary();
    }
    if (PacketCipher.library() == by.equals("JDK")) {
      throw new IllegalStateException(by + " does not seal in this JVM");
    }
    new Random(1).nextBytes(plain);
    byte[] key = new byte[32];
    new Random(2).nextBytes(key);
    sealing = PacketCipher.sealing(Suite.X25519_MLKEM768_AES256GCM, Secret.take(key.clone()));
    opening = PacketCipher.opening(Suite.X25519_MLKEM768_AES256GCM, Secret.take(key));
    sealing.seal(nonce, sealed, 0, HEADER, plain, 0, LENGTH, sealed, HEADER);
  }

  @Benchmark
  public int seal() {
    int n = ++counter;
    BigEndian.u32(next, 8, n);
    return sealing.seal(next, out, 0, HEADER, plain, 0, LENGTH, out, HEADER);
  }

  @Benchmark
  public int open() {
    int n =
        opening.open(nonce, sealed, 0, HEADER, sealed, HEADER, LENGTH + PacketCipher.TAG, out, 0);
    if (n != LENGTH) {
      throw new IllegalStateException("does not open");
    }
    return n;
  }
}
