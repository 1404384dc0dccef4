// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.engine.DatagramSink;
import org.ipae.tunnel.engine.Exits;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.engine.Outbound;
import org.ipae.tunnel.engine.Received;
import org.ipae.tunnel.link.Forwarding;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.routing.RouteTable;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.session.SessionPair;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;
import org.junit.jupiter.api.Test;

/** Property 13 and the replay window where several threads send and receive on fewer lanes. */
class LaneThreadsTest {
  private static final Endpoint A = Lab.endpoint(1, false);
  private static final Endpoint B = Lab.endpoint(2, false);
  private static final int THREADS = 4;
  private static final int BATCHES = 80; // all datagrams of a lane lie within its replay window
  private static final int BATCH = 25;

  /** What one thread has sealed. */
  private static final class Sent implements DatagramSink {
    final List<byte[]> datagrams = new ArrayList<>();
    private final byte[] array = new byte[1 << 16];
    private final List<int[]> batch = new ArrayList<>();
    private int used;

    @Override
    public byte[] array() {
      return array;
    }

    @Override
    public int room(int size) {
      return used + size <= array.length ? used : -1;
    }

    @Override
    public void add(int offset, int length, Path path, int ecn) {
      batch.add(new int[] {offset, length});
      used = offset + length;
    }

    @Override
    public void flush() {
      for (int[] d : batch) {
        datagrams.add(java.util.Arrays.copyOfRange(array, d[0], d[0] + d[1]));
      }
      batch.clear();
      used = 0;
    }
  }

  private static SharedState state(Session s, int lan) {
    SharedState shared = new SharedState();
    PeerLink link = new PeerLink(0, "peer");
    shared.peer(0, link);
    Prefix prefix = Prefix.of(new byte[] {10, (byte) lan, 0, 0}, 16);
    shared.publish(new Forwarding(new RouteTable<>(Map.of(prefix, link))));
    s.confirm();
    SendChannel[] channels = new SendChannel[s.lanes()];
    for (int n = 0; n < channels.length; n++) {
      channels[n] = new SendChannel(s, n, s.path(), 0, 1_472, Padding.BLOCK);
      shared.sessions().register(s.receive(n), 0, 2);
    }
    link.publish(channels);
    return shared;
  }

  private static Exits exits(DatagramSink network) {
    return new Exits(network, (b, off, len) -> {});
  }

  private interface Body {
    void run(int thread);
  }

  /** Runs it in several threads that begin together. */
  private static void together(Body body) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(THREADS);
    List<Throwable> thrown = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int n = 0; n < THREADS; n++) {
      int number = n;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  start.countDown();
                  start.await();
                  body.run(number);
                } catch (Throwable e) {
                  synchronized (thrown) {
                    thrown.add(e);
                  }
                }
              }));
    }
    for (Thread t : threads) {
      t.join();
    }
    assertEquals(List.of(), thrown);
  }

  /** Every thread sends its own serial numbers, some packets alone and some together. */
  private static List<Sent> sent(Session s) throws InterruptedException {
    SharedState shared = state(s, 2);
    List<Sent> sinks = new ArrayList<>();
    List<Outbound> outbounds = new ArrayList<>();
    for (int n = 0; n < THREADS; n++) {
      sinks.add(new Sent());
      outbounds.add(new Outbound(shared, _ -> true, exits(sinks.get(n)), n, Thread::yield));
    }
    together(thread -> {
      for (int batch = 0; batch < BATCHES; batch++) {
        for (int i = 0; i < BATCH; i++) {
          long serial = ((long) thread * BATCHES + batch) * BATCH + i;
          byte[] packet = Lab.packet(1, 2, serial, 1_300 + (int) (serial % 100));
          outbounds.get(thread).packet(5, Received.packet(packet), 0);
        }
        outbounds.get(thread).finish();
      }
    });
    assertEquals(Map.of(), shared.counters().drops());
    return sinks;
  }

  @Test
  void noCounterServesTwoOfManyThreadsOnFewLanes() throws InterruptedException {
    for (int lanes = 1; lanes <= THREADS; lanes++) {
      SessionPair pair = SessionPair.make(20 + lanes, Suite.X25519_AES256GCM, lanes);
      SharedState receiver = state(pair.responder(), 1);
      List<Long> delivered = new ArrayList<>();
      Inbound inbound =
          new Inbound(
              receiver, _ -> true, (b, off, len) -> delivered.add(BigEndian.u64(b, off + 20)));
      int datagrams = 0;
      for (Sent s : sent(pair.initiator())) {
        for (byte[] d : s.datagrams) {
          inbound.datagrams(9, Received.datagram(d, A, B), 0);
          datagrams++;
        }
      }
      // One replayed counter would have been refused, one nonce used twice as well.
      assertEquals(Map.of(), receiver.counters().drops());
      assertEquals(datagrams, pair.initiator().sentPackets());
      assertEquals(THREADS * BATCHES * BATCH, new HashSet<>(delivered).size());
      assertEquals(THREADS * BATCHES * BATCH, delivered.size());
    }
  }

  @Test
  void aLaneThatComesToSeveralThreadsDeliversEachDatagramOnce() throws InterruptedException {
    SessionPair pair = SessionPair.make(30, Suite.X25519_AES256GCM, 2);
    List<byte[]> datagrams = new ArrayList<>();
    sent(pair.initiator()).forEach(s -> datagrams.addAll(s.datagrams));
    List<byte[]> some = datagrams.subList(0, 6_000);
    SharedState receiver = state(pair.responder(), 1);
    List<List<Long>> delivered = new ArrayList<>();
    List<Inbound> inbounds = new ArrayList<>();
    for (int n = 0; n < THREADS; n++) {
      List<Long> mine = new ArrayList<>();
      delivered.add(mine);
      inbounds.add(
          new Inbound(
              receiver,
              _ -> true,
              (b, off, len) -> mine.add(BigEndian.u64(b, off + 20)),
              Thread::yield));
    }
    together(thread -> {
      for (byte[] d : some) {
        inbounds.get(thread).datagrams(9, Received.datagram(d, A, B), 0);
      }
    });
    Set<Long> once = new HashSet<>();
    int all = 0;
    for (List<Long> mine : delivered) {
      once.addAll(mine);
      all += mine.size();
    }
    assertEquals(all, once.size(), "delivered twice");
    long authentic = pair.responder().receive(0).packets() + pair.responder().receive(1).packets();
    assertEquals(some.size(), authentic);
    assertEquals(
        Map.of(DropReason.REPLAYED, (long) (THREADS - 1) * some.size()),
        receiver.counters().drops());
    assertEquals(
        all,
        pair.responder().receive(0).innerReceived() + pair.responder().receive(1).innerReceived());
  }

  @Test
  void keysThatAreErasedWhileOthersReceiveOpenNothingMore() throws InterruptedException {
    for (int turn = 0; turn < 10; turn++) {
      SessionPair pair = SessionPair.make(40 + turn, Suite.X25519_AES256GCM, 1);
      List<byte[]> datagrams = sent(pair.initiator()).getFirst().datagrams;
      SharedState receiver = state(pair.responder(), 1);
      int[] after = new int[THREADS];
      boolean[] erased = new boolean[1];
      List<Inbound> inbounds = new ArrayList<>();
      for (int n = 0; n < THREADS; n++) {
        int number = n;
        inbounds.add(
            new Inbound(
                receiver,
                _ -> true,
                (b, off, len) -> after[number] += erased[0] ? 1 : 0,
                Thread::yield));
      }
      together(thread -> {
        if (thread == 0) {
          for (int i = 0; i < 50; i++) {
            Thread.yield();
          }
          inbounds.get(0).erase(pair.responder().receive(0));
          erased[0] = true;
          return;
        }
        for (int i = thread; i < datagrams.size(); i += THREADS - 1) {
          byte[] d = datagrams.get(i);
          inbounds.get(thread).datagrams(9, Received.datagram(d, A, B), 0);
        }
      });
      assertEquals(0, after[1] + after[2] + after[3]);
      assertEquals(0, receiver.counters().drops(DropReason.FORGED), "opened with half of a key");
    }
  }

  @Test
  void keysThatAreErasedWhileOthersSendSealNothingMore() throws InterruptedException {
    assertTrue(PacketCipher.library(), "keys outside the heap");
    for (int turn = 0; turn < 10; turn++) {
      SessionPair pair = SessionPair.make(60 + turn, Suite.X25519_AES256GCM, 1);
      SendLane lane = pair.initiator().send(0);
      SharedState shared = state(pair.initiator(), 2);
      List<Sent> sinks = new ArrayList<>();
      List<Outbound> outbounds = new ArrayList<>();
      for (int n = 0; n < THREADS; n++) {
        sinks.add(new Sent());
        outbounds.add(new Outbound(shared, _ -> true, exits(sinks.get(n)), n, Thread::yield));
      }
      long[] sealed = new long[1];
      together(thread -> {
        if (thread == 0) {
          while (lane.packets() < 500) {
            Thread.yield();
          }
          outbounds.get(0).erase(lane);
          sealed[0] = lane.packets();
          return;
        }
        byte[] packet = Lab.packet(1, 2, thread, 1_400);
        for (int batch = 0; batch < BATCHES; batch++) {
          for (int i = 0; i < BATCH; i++) {
            outbounds.get(thread).packet(5, Received.packet(packet), 0);
          }
          outbounds.get(thread).finish();
        }
      });
      assertEquals(sealed[0], lane.packets());
      long all = (long) (THREADS - 1) * BATCHES * BATCH;
      assertEquals(
          sealed[0] == all ? Map.of() : Map.of(DropReason.USED_UP, all - sealed[0]),
          shared.counters().drops());
      SharedState receiver = state(pair.responder(), 1);
      Inbound inbound = new Inbound(receiver, _ -> true, (b, off, len) -> {});
      for (Sent s : sinks) {
        for (byte[] d : s.datagrams) {
          inbound.datagrams(9, Received.datagram(d, A, B), 0);
        }
      }
      assertEquals(sealed[0], pair.responder().receive(0).packets());
      assertEquals(Map.of(), receiver.counters().drops());
    }
  }
}
