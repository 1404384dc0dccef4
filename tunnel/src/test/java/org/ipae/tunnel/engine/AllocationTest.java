package org.ipae.tunnel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Map;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

/** What a packet costs on the heap on its way out and in. */
class AllocationTest {
  private static final int WARM_UP = 30_000;
  private static final int MEASURED = 20_000;
  private static final int PACKET = 1_420;
  private static final Endpoint A = Lab.endpoint(1, false);
  private static final Endpoint B = Lab.endpoint(2, false);

  /** The sink of a batch of one, and straight into the other side. */
  private static final class Wire implements DatagramSink {
    final byte[] array = new byte[4_096];
    int length;

    @Override
    public byte[] array() {
      return array;
    }

    @Override
    public int room(int size) {
      return 0;
    }

    @Override
    public void add(int offset, int n, Path path) {
      length = n;
    }

    @Override
    public void flush() {}
  }

  private static SharedState state(Session s, int lan) {
    SharedState shared = new SharedState();
    PeerLink link = new PeerLink(0, "peer");
    shared.peer(0, link);
    Prefix prefix = Prefix.of(new byte[] {10, (byte) lan, 0, 0}, 16);
    shared.publish(new Forwarding(new RouteTable<>(Map.of(prefix, link))));
    s.confirm();
    link.publish(new SendChannel(s, s.path(), 0, 1_472, Padding.BLOCK));
    shared.sessions().register(s.receive(0), 0, 2);
    return shared;
  }

  private interface Turn {
    void run();
  }

  /** The counter of this thread; looked up by name, since the module does without management. */
  private static long allocated() {
    try {
      Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
      Object threads = factory.getMethod("getThreadMXBean").invoke(null);
      Method m =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (long) m.invoke(threads);
    } catch (ReflectiveOperationException e) {
      return -1;
    }
  }

  private static double bytesPerTurn(Turn turn) {
    for (int i = 0; i < WARM_UP; i++) {
      turn.run();
    }
    long before = allocated();
    for (int i = 0; i < MEASURED; i++) {
      turn.run();
    }
    return (double) (allocated() - before) / MEASURED;
  }

  /** What the JDK's cipher alone allocates for sealing and opening such a packet. */
  private static double cipherAlone() {
    Secret key = Secret.take(new byte[32]);
    PacketCipher seal = PacketCipher.sealing(Suite.X25519_AES256GCM, key);
    PacketCipher open = PacketCipher.opening(Suite.X25519_AES256GCM, key);
    byte[] nonce = new byte[12];
    byte[] aad = new byte[12];
    byte[] plain = new byte[PACKET + 4];
    byte[] sealed = new byte[PACKET + 64];
    byte[] out = new byte[PACKET + 64];
    ByteBuffer counter = ByteBuffer.wrap(nonce);
    int[] n = {0};
    return bytesPerTurn(() -> {
      counter.putInt(0, ++n[0]);
      int length = seal.seal(nonce, aad, 0, 12, plain, 0, plain.length, sealed, 0);
      open.open(nonce, aad, 0, 12, sealed, 0, length, out, 0);
    });
  }

  @Test
  void sealingAndOpeningAPacketAllocatesLittleMoreThanTheCipherItself() {
    assumeTrue(allocated() > 0, "this JVM was started without the module jdk.management");
    SessionPair pair = SessionPair.make(1, Suite.X25519_AES256GCM);
    SharedState a = state(pair.initiator(), 2);
    SharedState b = state(pair.responder(), 1);
    Wire wire = new Wire();
    long[] delivered = {0};
    Outbound outbound = new Outbound(a, n -> true, wire);
    Inbound inbound = new Inbound(b, n -> true, (bytes, off, len) -> delivered[0] += len);
    byte[] packet = Lab.packet(1, 2, 1, PACKET);
    pair.responder().path(new Path(A, B.hi(), B.lo()));
    double each =
        bytesPerTurn(() -> {
          outbound.packet(1, packet, 0, packet.length);
          outbound.finish();
          inbound.datagrams(
              1, wire.array, 0, wire.length, 0, A.hi(), A.lo(), A.port(), B.hi(), B.lo());
        });
    double cipher = cipherAlone();
    System.out.printf(
        "allocation: %.0f bytes to seal and open %d bytes, of which the cipher %.0f%n",
        each, PACKET, cipher);
    assertEquals(
        (long) PACKET * (WARM_UP + MEASURED), delivered[0], b.counters().drops()::toString);
    assertTrue(each < 3_400, "bytes per packet: " + each);
    assertTrue(each - cipher < 300, "of ours: " + (each - cipher));
  }
}
