// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Split;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.BootClock;
import org.ipae.tun.batch.DatagramBatch;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.engine.DatagramSink;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.engine.Outbound;
import org.ipae.tunnel.link.Forwarding;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.offload.Coalescer;
import org.ipae.tunnel.offload.Virtio;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/**
 * Carries packets through both directions of the data path in memory, on a thread of its own while
 * the rest of the daemon starts, so that the JIT compiler has seen it before the interface comes
 * up. Two ends that nobody else knows, with keys of their own; nothing is sent.
 */
public final class WarmUp implements DatagramSink {
  // A start may take a second in all; what is left of it, once classes are loaded, is used here:
  // nothing on a slow host, or with thousands of peers to read.
  private static final long PROCESS_AGE = 600_000_000;
  private static final long MOST = 400_000_000;

  private static final int ARRAY = 1 << 17;
  private static final int SPARE = 64;
  private static final int IP_HEADER = 20;
  private static final int TCP_HEADER = 20;
  private static final int UDP_CHECKSUM = 6;
  private static final int TCP_CHECKSUM = 16;
  private static final int MSS = 1_380;
  private static final int SEGMENTS = 40;
  private static final int SMALL = 92;
  private static final int SMALLS = 8;
  private static final int MAX_DATAGRAM = 1_472;
  private static final Endpoint A = endpoint(1);
  private static final Endpoint B = endpoint(2);

  private final byte[] array = new byte[ARRAY];
  private final DatagramBatch sent = DatagramBatch.over(array, 1);
  private final PacketBatch read = new PacketBatch(1, ARRAY);
  private final PacketBatch written = PacketBatch.over(new byte[ARRAY], SEGMENTS);
  private final Outbound outbound;
  private final Inbound inbound;
  private final Coalescer coalescer = new Coalescer(written);
  private int used;
  private int first;
  private long delivered;

  WarmUp(Suite suite, Entropy entropy) {
    X25519KeyPair a = X25519KeyPair.generate(entropy);
    X25519KeyPair b = X25519KeyPair.generate(entropy);
    byte[] none = new byte[0];
    List<Secret> psk = List.of(Secret.take(new byte[32]));
    String name = suite.noiseName();
    HandshakeState i = new HandshakeState(name, true, none, a, null, b.publicKey(), psk, entropy);
    HandshakeState r = new HandshakeState(name, false, none, b, null, null, psk, entropy);
    int n = i.writeMessage(none, array, 0);
    r.readMessage(array, 0, n, new byte[SPARE], 0);
    n = r.writeMessage(none, array, 0);
    i.readMessage(array, 0, n, new byte[SPARE], 0);
    byte[] ephemeral = i.ephemeralPublic().clone();
    Session sends = session(suite, true, PublicKey.of(b.publicKey()), ephemeral, i.split(), B);
    Session receives = session(suite, false, PublicKey.of(a.publicKey()), ephemeral, r.split(), A);
    outbound = new Outbound(state(sends, 2), _ -> true, this);
    coalescer.enable(true, true);
    inbound = new Inbound(state(receives, 1), _ -> true, coalescer::packet);
  }

  /**
   * Starts a thread that carries packets until the process is {@link #PROCESS_AGE} old, at most
   * {@link #MOST} nanoseconds.
   */
  public static Handle start(Suite suite, Entropy entropy) {
    long end = System.nanoTime() + Math.clamp(PROCESS_AGE - processAge(), 0, MOST);
    return new Handle(suite, entropy, end);
  }

  /** A warm-up under way. */
  public static final class Handle implements AutoCloseable {
    private final Thread thread;
    private volatile boolean over;

    private Handle(Suite suite, Entropy entropy, long end) {
      thread =
          Thread.ofPlatform()
              .name("ipae-warm-up")
              .daemon()
              .uncaughtExceptionHandler((_, e) -> Log.debug("warm-up: " + Reason.of(e)))
              .unstarted(() -> {
                WarmUp w = new WarmUp(suite, entropy);
                while (!over && System.nanoTime() < end) {
                  w.turn();
                }
              });
      thread.start();
    }

    /** Blocks until it is over. */
    public void await() {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** Gives it up. */
    @Override
    public void close() {
      over = true;
      await();
    }
  }

  /** Nanoseconds since this process began: proc(5), /proc/pid/stat, field 22 in hundredths. */
  private static long processAge() {
    try {
      String stat = Files.readString(java.nio.file.Path.of("/proc/self/stat"));
      String[] behindName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return BootClock.nanos() - Long.parseLong(behindName[22 - 3]) * 10_000_000;
    } catch (IOException | RuntimeException unknown) {
      return PROCESS_AGE;
    }
  }

  private static Endpoint endpoint(int n) {
    return Endpoint.of(new byte[] {127, 0, 0, (byte) n}, 1138);
  }

  private static Session session(
      Suite suite,
      boolean initiator,
      PublicKey remote,
      byte[] ephemeral,
      Split split,
      Endpoint to) {
    Session s =
        new Session(
            new Session.Facts(1, 0, suite, initiator, remote, ephemeral, 1, 0), Path.to(to), split);
    s.confirm();
    return s;
  }

  /** One peer behind {@code 127.<lan>.0.0/16}. */
  private static SharedState state(Session s, int lan) {
    SharedState shared = new SharedState();
    PeerLink link = new PeerLink(0, "warm-up");
    shared.peer(0, link);
    Prefix prefix = Prefix.of(new byte[] {127, (byte) lan, 0, 0}, 16);
    shared.publish(new Forwarding(new RouteTable<>(Map.of(prefix, link))));
    link.publish(new SendChannel(s, s.path(), 0, MAX_DATAGRAM, Padding.BLOCK));
    shared.sessions().register(s.receive(0), 0, 2);
    return shared;
  }

  /** A superpacket and some small packets, from one end to the other. */
  void turn() {
    int length = tcp();
    read.clear();
    int i = read.add(0, length);
    read.segmentation(i, Virtio.GSO_TCPV4, 0, MSS);
    read.checksum(i, Virtio.NEEDS_CSUM, IP_HEADER, TCP_CHECKSUM);
    outbound.packet(1, read, i);
    carry();
    for (int n = 0; n < SMALLS; n++) {
      udp(n);
      read.clear();
      i = read.add(0, SMALL);
      read.checksum(i, Virtio.NEEDS_CSUM, IP_HEADER, UDP_CHECKSUM);
      outbound.packet(1, read, i);
    }
    carry();
  }

  /** Bytes that have arrived, as they would be written to the TUN device. */
  long delivered() {
    return delivered;
  }

  private void carry() {
    outbound.finish();
    coalescer.finish();
    for (int i = 0; i < written.count(); i++) {
      delivered += written.length(i);
    }
    written.clear();
  }

  private ByteBuffer ip(int length, int identification, int protocol) {
    ByteBuffer p =
        ByteBuffer.wrap(read.bytes())
            .putShort(0, (short) 0x4500)
            .putShort(2, (short) length)
            .putInt(4, (identification << 16) | 0x4000)
            .putInt(8, (0x4000 | protocol) << 16)
            .putInt(12, 0x7f010001)
            .putInt(16, 0x7f020001);
    int sum = 0;
    for (int at = 0; at < IP_HEADER; at += 2) {
      sum += p.getShort(at) & 0xffff;
    }
    return p.putShort(10, (short) ~((sum >>> 16) + sum));
  }

  private int tcp() {
    int length = IP_HEADER + TCP_HEADER + SEGMENTS * MSS;
    ip(length, 0, 6)
        .putLong(IP_HEADER, 1L << 32)
        .putInt(IP_HEADER + 8, 0)
        .putInt(IP_HEADER + 12, 0x5010_ffff)
        .putInt(IP_HEADER + TCP_CHECKSUM, 0);
    return length;
  }

  /** With the sum of its pseudo-header, as the kernel gives it. */
  private void udp(int identification) {
    int length = SMALL - IP_HEADER;
    ip(SMALL, identification, 17)
        .putInt(IP_HEADER, (1 << 16) | 2)
        .putShort(IP_HEADER + 4, (short) length)
        .putShort(IP_HEADER + UDP_CHECKSUM, (short) (0x7f01 + 1 + 0x7f02 + 1 + 17 + length));
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int room(int size) {
    return used + size > ARRAY ? -1 : used;
  }

  @Override
  public void add(int offset, int length, Path path, int ecn) {
    if (used == 0) {
      first = length;
    }
    used = offset + length;
  }

  @Override
  public void flush() {
    if (used > 0) {
      sent.clear();
      int i = sent.add(0, used);
      sent.segmentSize(i, first);
      sent.remote(i, A.hi(), A.lo(), A.port());
      sent.local(i, B.hi(), B.lo());
      inbound.datagrams(1, sent, i);
      used = 0;
    }
  }
}
