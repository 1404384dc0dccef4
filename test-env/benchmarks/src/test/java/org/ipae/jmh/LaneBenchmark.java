// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import org.ipae.crypto.Suite;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.SessionPair;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A whole DATA datagram: header, nonce, AES-256-GCM, its counter masked with 255 others. */
@State(Scope.Thread)
public class LaneBenchmark {
  private static final int LENGTH = 1_424;

  private final byte[] plain = new byte[LENGTH];
  private final byte[] out = new byte[LENGTH + 28];
  private SendLane lane;

  @Setup
  public void session() {
    lane = SessionPair.make(1, Suite.X25519_MLKEM768_AES256GCM).initiator().send();
  }

  @Benchmark
  public int seal() {
    return lane.seal(plain, 0, LENGTH, out, 0);
  }
}
