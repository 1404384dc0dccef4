// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import org.ipae.crypto.Suite;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Responder;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.Init;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The responder of a full handshake: INIT read, RESP with a cookie written, traffic secrets. */
@State(Scope.Thread)
public class HandshakeBenchmark {
  @Param({"x25519-mlkem768-aes256gcm", "x25519-aes256gcm"})
  String suite;

  private final Endpoint source = Endpoint.of(new byte[] {10, 0, 0, 1}, 1_138);
  private Responding host;
  private CookieGate.Admission admission;

  @Setup
  public void admit() {
    host = new Responding();
    Suite wanted = Suite.byConfigName(suite);
    Cookie cookie = host.gate.issue(Responding.START, source, Strength.POST_QUANTUM);
    Init init = new Init(host.init(wanted, cookie), wanted);
    if (!(host.gate.init(Responding.START, init, source) instanceof CookieGate.Verdict.Admit a)) {
      throw new IllegalStateException("not admitted");
    }
    admission = a.admission();
  }

  @Benchmark
  public byte[] respond() {
    try (Responder responder = Responder.open(admission, host.entropy)) {
      Cookie next = host.gate.issue(Responding.START, source, Strength.POST_QUANTUM);
      Responder.Answer answer =
          responder.respond(
              new Payloads.Second(
                  Payloads.Status.OK, 1, true, Responding.SUITES, next, host.gate.ttlSeconds()));
      next.key().close();
      answer.established().split().close();
      return answer.resp();
    }
  }
}
