// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.ipae.crypto.Entropy;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.jspecify.annotations.Nullable;

/** PING items: questions that wait, and the round trip time that their answers tell. */
public final class Pings {
  private static final long LIFE_NANOS = 10_000_000_000L;

  /** Weight of the past in the smoothed round trip time, as in RFC 6298. */
  private static final int PAST = 7;

  private record Asked(Moment at, @Nullable LongConsumer done) {}

  private final Speaker speaker;
  private final Entropy entropy;
  private Map<Long, Asked> waiting = Map.of(); // most peers of a large host are never asked
  private long rttMicros;
  private int samples;

  public Pings(Speaker speaker, Entropy entropy) {
    this.speaker = speaker;
    this.entropy = entropy;
  }

  /** Asks; {@code done} gets microseconds. */
  public void ask(Moment now, LiveSession live, @Nullable LongConsumer done) {
    long token = BigEndian.u64(entropy.bytes(8), 0);
    if (waiting.isEmpty()) {
      waiting = new HashMap<>();
    }
    waiting.put(token, new Asked(now, done));
    speaker.say(live, new Item.Ping(false, token));
  }

  /** A PING item came. */
  public void came(Moment now, LiveSession live, Item.Ping ping) {
    if (!ping.answer()) {
      speaker.say(live, new Item.Ping(true, ping.token()));
      return;
    }
    Asked asked = waiting.isEmpty() ? null : waiting.remove(ping.token());
    if (asked != null) {
      live.answered(now);
      long micros = (now.nanos() - asked.at.nanos()) / 1_000;
      rttMicros = (samples * rttMicros + micros) / (samples + 1);
      samples = Math.min(samples + 1, PAST);
      if (asked.done != null) {
        asked.done.accept(micros);
      }
    }
  }

  /** Forgets questions that got no answer in ten seconds. */
  public void forgetOld(Moment now) {
    if (!waiting.isEmpty()) {
      waiting.values().removeIf(w -> now.nanos() - w.at.nanos() > LIFE_NANOS);
    }
  }

  /** Smoothed round trip time, microseconds; 0 if unknown. */
  public long rttMicros() {
    return rttMicros;
  }

  /** Sets what was known before a restart. */
  public void restore(long micros) {
    rttMicros = micros;
  }
}
