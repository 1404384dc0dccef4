// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Event;
import org.ipae.tunnel.association.host.HostConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.association.host.Uplink;
import org.ipae.tunnel.engine.DatagramSink;
import org.ipae.tunnel.engine.Exits;
import org.ipae.tunnel.engine.Inbound;
import org.ipae.tunnel.engine.Outbound;
import org.ipae.tunnel.engine.Received;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Path;

/** One gateway: the real control plane, outbound and inbound, under virtual time. */
public final class SimHost {
  private static final int INBOX = 4096;
  private static final int OWN_PORTS = 40_000;

  public final String name;
  public final X25519KeyPair key;
  private final Simulation sim;
  private SimEntropy entropy;

  /** If set, every start begins with the random bytes of this seed: the same cookie secrets. */
  public Long seed;

  /** If set, the time at which the control plane believes to have been made. */
  public Long bornAt;

  public Endpoint address;
  public Prefix lan;
  public List<Suite> suites = List.of(Suite.X25519_MLKEM768_AES256GCM);
  public List<String> vhosts = List.of();
  public Timing timing = Timing.standard();
  public int lanes = 1;
  public long clockOffset;
  public final List<SimPeer> peers = new ArrayList<>();

  /** Inner packets delivered, and when. */
  public final List<byte[]> delivered = new ArrayList<>();

  public final List<Long> deliveredAt = new ArrayList<>();

  /** Whether key pairs are erased when they are retired; then the host cannot start again. */
  public boolean erasesKeys;

  /** Key pairs of this host that it answers no longer. */
  public final List<X25519KeyPair> retired = new ArrayList<>();

  public final List<Event> events = new ArrayList<>();

  /** By which the kernel would send; null = it does not tell. */
  public Uplink uplink;

  /** Where the kernel refuses to send, and with which error. */
  public final Map<Endpoint, String> refused = new HashMap<>();

  /** Is told where a key that no peer has was proven. */
  public Consumer<Endpoint> unknownKey = _ -> {};

  /** Between two looks at what is held: longer where days pass and no test depends on it. */
  public long lookEvery = 100 * Simulation.MS;

  /** Whether it has a way to every address. */
  public boolean reachable = true;

  /** Who carried shared prefixes, one after the other. */
  public final List<List<String>> carriers = new ArrayList<>();

  /** ICMP packets for the LAN. */
  public final List<byte[]> answers = new ArrayList<>();

  public final Map<Prefix, Integer> routeMtus = new HashMap<>();
  public int linkMtu = 1_500;
  public Map<PublicKey, CachedPeer> disk = new HashMap<>();

  public SharedState shared;
  public ControlPlane control;
  public Outbound outbound;
  private final List<Outbound> outbounds = new ArrayList<>();
  public Inbound inbound;
  private final Deque<Notice> inbox = new ArrayDeque<>();
  private boolean draining;
  private int life;
  private long tickAt;

  /** How often control's timers have acted. */
  public int ticks;

  public boolean running;
  public boolean keepDisk = true;

  public SimHost(Simulation sim, String name, Endpoint address, Prefix lan) {
    this.sim = sim;
    this.name = name;
    this.address = address;
    this.lan = lan;
    entropy = new SimEntropy(sim.random.nextLong());
    key = X25519KeyPair.generate(entropy);
  }

  public PublicKey publicKey() {
    return PublicKey.of(key.publicKey());
  }

  /** Makes another host a peer. */
  public SimPeer peer(SimHost other) {
    SimPeer p =
        new SimPeer(
            other.name,
            List.of(PeerKey.pinned(other.publicKey())),
            other.address,
            List.of(other.lan),
            "",
            0,
            true,
            false,
            Padding.BLOCK,
            0);
    peers.add(p);
    return p;
  }

  public long clock() {
    return sim.now() + clockOffset;
  }

  private long ms() {
    return clock() / Simulation.MS;
  }

  public void start() {
    int mine = ++life;
    running = true;
    if (seed != null) {
      entropy = new SimEntropy(seed);
    }
    shared = new SharedState();
    outbounds.clear();
    for (int n = 0; n < lanes; n++) {
      outbounds.add(
          new Outbound(
              shared,
              this::offer,
              new Exits(
                  new Sink(),
                  (b, off, len) -> answers.add(java.util.Arrays.copyOfRange(b, off, off + len))),
              n,
              () -> {}));
    }
    outbound = outbounds.getFirst();
    inbound =
        new Inbound(
            shared,
            this::offer,
            (b, off, len) -> {
              delivered.add(java.util.Arrays.copyOfRange(b, off, off + len));
              deliveredAt.add(sim.now());
            });
    HostConfig host =
        new HostConfig(
            key,
            vhosts,
            suites,
            address.port(),
            lanes,
            HandshakeLimits.COOKIE_TTL,
            timing,
            true,
            HandshakeBudget.ofHeap(112 << 20));
    control =
        new ControlPlane(
            bornAt == null ? clock() : bornAt, host, entropy, shared, new SimEffects());
    control.configure(clock(), SimPeer.configs(peers), SimPeer.endpoints(peers), disk);
    attach();
    tickAt = Long.MAX_VALUE;
    retryHeld(mine);
    arm();
  }

  /** Stops without a word, as kill -9 does. */
  public void kill() {
    life++;
    running = false;
    detach();
    inbox.clear();
  }

  public void stop() {
    control.shutdown(clock());
    kill();
  }

  /** Moves to another address without telling the daemon, and still receives at the old one. */
  public void alsoAt(Endpoint next) {
    address = next;
    attach();
  }

  /** Moves to another address without telling the daemon. */
  public void moveTo(Endpoint next) {
    detach();
    address = next;
    attach();
  }

  private void attach() {
    for (int n = Path.SPARE; n < lanes; n++) {
      sim.attach(port(n), this);
    }
  }

  private void detach() {
    for (int n = Path.SPARE; n < lanes; n++) {
      sim.detach(port(n));
    }
  }

  /** Where datagrams of one of the own ports come from, as in {@link Path}. */
  public Endpoint port(int n) {
    return n == 0 ? address : new Endpoint(address.hi(), address.lo(), OWN_PORTS + n);
  }

  /** As the loop of packet threads does. */
  private void retryHeld(int mine) {
    if (mine == life) {
      inbound.retryHeld(ms());
      drain();
      if (tickAt < clock()) { // the clock was set forward
        tick(mine, tickAt);
      }
      sim.after(lookEvery, () -> retryHeld(mine));
    }
  }

  /** Control's timers act when control says, and no earlier. */
  private void arm() {
    long due = control.nextDeadline();
    if (running && due < tickAt) {
      int mine = life;
      tickAt = due;
      sim.after(Math.max(0, due - clock()), () -> tick(mine, due));
    }
  }

  private void tick(int mine, long due) {
    if (mine == life && tickAt == due) {
      tickAt = Long.MAX_VALUE;
      ticks++;
      control.tick(clock());
      drain();
      arm();
    }
  }

  /** A datagram arrives, at once. */
  public void receive(Endpoint from, Endpoint to, byte[] bytes) {
    int by = to.equals(port(Path.SPARE)) ? Path.SPARE : 0;
    inbound.datagrams(ms(), Received.datagram(bytes, from, to), 0, by);
    drain();
  }

  /** A packet from the LAN, in the first queue of the TUN device. */
  public void lanPacket(byte[] packet) {
    lanPacket(0, packet);
  }

  /** A packet from the LAN. */
  public void lanPacket(int queue, byte[] packet) {
    outbounds.get(queue).packet(ms(), Received.packet(packet), 0);
    outbounds.get(queue).finish();
    drain();
  }

  public void ownPathChanged() {
    control.ownPathChanged(clock(), Set.of(new Endpoint(address.hi(), address.lo(), 0)));
    drain();
  }

  public PeerStatus status(SimHost peer) {
    return control.status(clock(), 0, Integer.MAX_VALUE).stream()
        .filter(s -> s.name().equals(peer.name))
        .findFirst()
        .orElseThrow();
  }

  private boolean offer(Notice notice) {
    return inbox.size() < INBOX && inbox.add(notice);
  }

  public void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      Notice n;
      while ((n = inbox.poll()) != null) {
        control.handle(clock(), n);
      }
    } finally {
      draining = false;
    }
    arm();
  }

  private final class Sink implements DatagramSink {
    private final byte[] array = new byte[1 << 17];
    private final List<int[]> ranges = new ArrayList<>();
    private final List<Path> paths = new ArrayList<>();
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
      ranges.add(new int[] {offset, length});
      paths.add(path);
      used = offset + length;
    }

    @Override
    public void flush() {
      for (int i = 0; i < ranges.size(); i++) {
        int[] r = ranges.get(i);
        sim.send(
            port(paths.get(i).port()),
            paths.get(i).remote(),
            java.util.Arrays.copyOfRange(array, r[0], r[0] + r[1]));
      }
      ranges.clear();
      paths.clear();
      used = 0;
    }
  }

  private final class SimEffects implements Effects {
    @Override
    public void datagram(Path path, byte[] bytes) {
      String error = refused.get(path.remote());
      if (error == null) {
        sim.send(port(path.port()), path.remote(), bytes);
      } else {
        boolean sure = error.equals("EPERM");
        inbox.add(new Notice.SendRefused(bytes.clone(), path.remote(), error, sure));
      }
    }

    @Override
    public void item(SendChannel channel, byte[] item) {
      outbounds.get(channel.lane()).item(ms(), channel, item);
      outbounds.get(channel.lane()).finish();
    }

    @Override
    public void keyRetired(X25519KeyPair pair) {
      retired.add(pair);
      if (erasesKeys) {
        pair.close();
      }
    }

    @Override
    public void erase(SendLane lane) {
      outbound.erase(lane);
    }

    @Override
    public void erase(ReceiveLane lane) {
      inbound.erase(lane);
    }

    @Override
    public void sessionsChanged() {
      int mine = life;
      sim.after(
          0,
          () -> {
            if (mine == life) {
              inbound.retryHeld(ms());
              drain();
            }
          });
    }

    @Override
    public void cacheChanged() {
      if (keepDisk && control != null) {
        disk.values().forEach(CachedPeer::close);
        disk = new HashMap<>();
        control.cache().forEach(c -> disk.put(c.key(), c));
      }
    }

    @Override
    public boolean reachable(Endpoint endpoint) {
      return reachable;
    }

    @Override
    public Uplink uplink(Endpoint endpoint) {
      return uplink;
    }

    @Override
    public int linkMtu(Endpoint endpoint) {
      return linkMtu;
    }

    @Override
    public void carried(List<Prefix> prefixes, List<String> names) {
      carriers.add(names);
    }

    @Override
    public void innerMtu(List<Prefix> routes, int mtu) {
      routes.forEach(r -> routeMtus.put(r, mtu));
    }

    @Override
    public void unknownKey(Endpoint source) {
      unknownKey.accept(source);
    }

    @Override
    public void event(Event event) {
      events.add(event);
    }
  }
}
