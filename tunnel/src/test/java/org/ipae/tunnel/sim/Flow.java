// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.HashSet;
import java.util.Set;

/** A stream of numbered packets in both directions, and what became of it. */
public final class Flow {
  private final Lab lab;
  private final long period;
  private long serial = 1;
  private boolean on = true;
  public final Set<Long> sentByA = new HashSet<>();
  public final Set<Long> sentByB = new HashSet<>();

  private Flow(Lab lab, long period) {
    this.lab = lab;
    this.period = period;
  }

  /** Starts one packet each way every {@code period} nanoseconds. */
  public static Flow start(Lab lab, long period) {
    Flow f = new Flow(lab, period);
    lab.sim.after(0, f::next);
    return f;
  }

  private void next() {
    if (!on) {
      return;
    }
    long n = serial++;
    int length = 60 + (int) (n % 1300);
    if (lab.a.running) {
      sentByA.add(n);
      lab.a.lanPacket((int) (n % lab.a.lanes), Lab.packet(1, 2, n, length));
    }
    if (lab.b.running) {
      sentByB.add(n);
      lab.b.lanPacket((int) (n % lab.b.lanes), Lab.packet(2, 1, n, length));
    }
    lab.sim.after(period, this::next);
  }

  public void stop() {
    on = false;
  }

  /** Serial numbers that b has received. */
  public Set<Long> atB() {
    Set<Long> out = new HashSet<>();
    lab.b.delivered.forEach(p -> out.add(Lab.serial(p)));
    return out;
  }

  public Set<Long> atA() {
    Set<Long> out = new HashSet<>();
    lab.a.delivered.forEach(p -> out.add(Lab.serial(p)));
    return out;
  }
}
