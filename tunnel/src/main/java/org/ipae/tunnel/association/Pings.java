package org.ipae.tunnel.association;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.ipae.crypto.Entropy;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.jspecify.annotations.Nullable;

/** PING items: questions that wait, and the round trip time that their answers tell. */
final class Pings {
  private static final long LIFE_NANOS = 10_000_000_000L;

  /** Weight of the past in the smoothed round trip time, as in RFC 6298. */
  private static final int PAST = 7;

  private record Waiting(long nanos, @Nullable LongConsumer done) {}

  private final Voice voice;
  private final Entropy entropy;
  private final Map<Long, Waiting> waiting = new HashMap<>();
  private long rttMicros;
  private int samples;

  Pings(Voice voice, Entropy entropy) {
    this.voice = voice;
    this.entropy = entropy;
  }

  /** Asks; {@code done} gets microseconds. */
  void ask(long nanos, SessionSet.Held held, @Nullable LongConsumer done) {
    byte[] value = entropy.bytes(Item.PING_LENGTH);
    value[0] = Item.PING_QUESTION;
    waiting.put(BigEndian.u64(value, 1), new Waiting(nanos, done));
    voice.say(held, Item.of(Item.PING, value));
  }

  /** A PING item came. */
  void came(long nanos, SessionSet.Held held, byte[] value) {
    if (value.length != Item.PING_LENGTH) {
      return;
    }
    if (value[0] == Item.PING_QUESTION) {
      byte[] answer = value.clone();
      answer[0] = Item.PING_ANSWER;
      voice.say(held, Item.of(Item.PING, answer));
      return;
    }
    Waiting w = waiting.remove(BigEndian.u64(value, 1));
    if (w != null) {
      long micros = (nanos - w.nanos) / 1000;
      rttMicros = (samples * rttMicros + micros) / (samples + 1);
      samples = Math.min(samples + 1, PAST);
      if (w.done != null) {
        w.done.accept(micros);
      }
    }
  }

  void forgetOld(long nanos) {
    waiting.values().removeIf(w -> nanos - w.nanos > LIFE_NANOS);
  }

  /** Smoothed, 0 if unknown. */
  long rttMicros() {
    return rttMicros;
  }

  void restore(long micros) {
    rttMicros = micros;
  }
}
