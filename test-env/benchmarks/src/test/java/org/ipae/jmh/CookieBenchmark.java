// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.util.Random;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What strangers cost, from the bytes of the datagram to those of the answer. Time goes on as fast
 * as keeps every source within its limit, so that everything is answered; in {@link #flood} it goes
 * on as in a flood of 500,000 a second.
 */
@State(Scope.Thread)
public class CookieBenchmark {
  private static final int SOURCES = 1 << 16;
  private static final int A_MILLISECOND = 8;
  private static final int A_MILLISECOND_OF_FLOOD = 500;

  private final Endpoint[] sources = new Endpoint[SOURCES];
  private final byte[] request = new byte[Sizes.COOKIE_REQUEST];
  private CookieGate gate;
  private byte[] elsewhere;
  private byte[] unknown;
  private int count;

  @Setup
  public void strangers() {
    Responding host = new Responding();
    gate = host.gate;
    Random random = new Random(1);
    for (int i = 0; i < SOURCES; i++) {
      sources[i] = Endpoint.of(new byte[] {10, 0, (byte) (i >> 8), (byte) i}, 1_024 + i % 60_000);
    }
    random.nextBytes(request);
    request[0] = MessageType.COOKIE_REQUEST;
    request[1] = MessageType.VERSION;
    new Mac1(host.key()).write(request, CookieRequest.MAC1, CookieRequest.MAC1);
    Endpoint other = Endpoint.of(new byte[] {11, 0, 0, 1}, 1_138);
    elsewhere =
        host.init(
            Suite.X25519_MLKEM768_AES256GCM, gate.issue(Responding.START, other, Strength.CLEAR));
    unknown = elsewhere.clone();
    unknown[Init.TAG] ^= 1;
    new Mac1(host.key()).write(unknown, Sizes.INIT_MACS_COVER, unknown.length - Sizes.INIT_MACS);
  }

  private Endpoint source() {
    return sources[count & SOURCES - 1];
  }

  private long now(int each) {
    return Responding.START + count++ / each;
  }

  private CookieGate.Verdict judge(byte[] datagram, int each) {
    Endpoint source = source();
    long now = now(each);
    return switch (Codec.decode(datagram, 0, datagram.length)) {
      case CookieRequest r -> gate.request(now, r, source);
      case Init i -> gate.init(now, i, source);
      case Message m -> throw new IllegalStateException("unexpected " + m);
    };
  }

  private CookieGate.Verdict answered(CookieGate.Verdict v, DropReason refused) {
    if (v instanceof CookieGate.Verdict.Respond r && r.refused() == refused) {
      return v;
    }
    throw new IllegalStateException("unexpected " + v);
  }

  /** A COOKIE_REQUEST is answered. */
  @Benchmark
  public CookieGate.Verdict request() {
    return answered(judge(request, A_MILLISECOND), null);
  }

  /** An INIT with a cookie that nobody gave is answered with a cookie. */
  @Benchmark
  public CookieGate.Verdict unknownCookie() {
    return answered(judge(unknown, A_MILLISECOND), DropReason.COOKIE_TAG);
  }

  /** So is one with the cookie of another address. */
  @Benchmark
  public CookieGate.Verdict cookieOfAnother() {
    return answered(judge(elsewhere, A_MILLISECOND), DropReason.COOKIE_MAC);
  }

  /** COOKIE_REQUESTs, of which the rate limit lets one in ten or twenty have an answer. */
  @Benchmark
  public CookieGate.Verdict flood() {
    return judge(request, A_MILLISECOND_OF_FLOOD);
  }
}
