// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.util.ArrayList;
import java.util.List;

/** Loops that do nothing but turn, or not even that. */
public final class Pulses {
  private final List<Thread> threads = new ArrayList<>();

  public Pulse turning() {
    Pulse p = new Pulse(() -> {});
    threads.add(
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!Thread.currentThread().isInterrupted()) {
                p.beat();
                Thread.yield();
              }
            }));
    return p;
  }

  public Pulse stuck() {
    return new Pulse(() -> {});
  }

  public void stop() {
    threads.forEach(Thread::interrupt);
  }
}
