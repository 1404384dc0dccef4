// SPDX-License-Identifier: Apache-2.0
package org.ipae.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.host.HostConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.sim.Silence;
import org.ipae.tunnel.sim.SimEntropy;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a datagram of a stranger costs control, and what timers cost, with few peers and many. */
@State(Scope.Thread)
public class StrangerBenchmark {
  private static final long MS = 1_000_000;

  @Param({"10", "10000"})
  public int peers;

  private final SimEntropy entropy = new SimEntropy(1);
  private ControlPlane control;
  private Path path;
  private long now;
  private Notice resp;
  private Notice cookieResponse;
  private Notice unknownId;
  private Notice unreadable;

  @Setup
  public void configure() {
    now = 1_000_000 * MS;
    HostConfig host =
        new HostConfig(
            X25519KeyPair.generate(entropy),
            List.of(),
            List.of(Suite.X25519_MLKEM768_AES256GCM),
            1138,
            1,
            HandshakeLimits.COOKIE_TTL,
            Timing.standard(),
            true,
            HandshakeBudget.ofHeap(112 << 20));
    control = new ControlPlane(now, host, entropy, new SharedState(), new Silence());
    List<SimPeer> all = new ArrayList<>();
    for (int n = 0; n < peers; n++) {
      all.add(peer(n));
    }
    control.configure(now, SimPeer.configs(all), SimPeer.endpoints(all), Map.of());
    path = Path.to(all.getLast().endpoint());
    resp = datagram(MessageType.RESP, Sizes.RESP_HYBRID);
    cookieResponse = datagram(MessageType.COOKIE_RESPONSE, Sizes.COOKIE_RESPONSE);
    unknownId = datagram(MessageType.UNKNOWN_ID, Sizes.UNKNOWN_ID);
    unreadable = datagram(MessageType.COOKIE_REQUEST, Sizes.COOKIE_REQUEST);
  }

  private SimPeer peer(int n) {
    byte[] address = {(byte) 198, 18, (byte) (n >> 8), (byte) n};
    byte[] key = entropy.bytes(32);
    key[31] &= 0x7f;
    byte[] prefix = {10, (byte) (n >> 8), (byte) n, 0};
    return new SimPeer(
        "p" + n,
        List.of(PeerKey.pinned(PublicKey.of(key))),
        Endpoint.of(address, 1138),
        List.of(Prefix.of(prefix, 24)),
        "",
        0,
        true,
        false,
        Padding.BLOCK,
        1500);
  }

  private Notice datagram(int type, int length) {
    byte[] bytes = entropy.bytes(length);
    bytes[0] = (byte) type;
    bytes[1] = MessageType.VERSION;
    return new Notice.Datagram(bytes, path);
  }

  @Benchmark
  public void strayResp() {
    control.handle(now, resp);
  }

  @Benchmark
  public void strayCookieResponse() {
    control.handle(now, cookieResponse);
  }

  @Benchmark
  public void strayUnknownId() {
    control.handle(now, unknownId);
  }

  @Benchmark
  public void unreadableRequest() {
    control.handle(now, unreadable);
  }

  @Benchmark
  public long nextDeadline() {
    return control.nextDeadline();
  }
}
