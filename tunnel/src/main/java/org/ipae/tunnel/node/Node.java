package org.ipae.tunnel.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PacketCipher;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.BootClock;
import org.ipae.tun.Capabilities;
import org.ipae.tun.OsException;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.Tun;
import org.ipae.tun.device.TunOptions;
import org.ipae.tun.netlink.AddressSpec;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigError;
import org.ipae.tunnel.config.ConfigErrors;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.control.ControlServer;
import org.ipae.tunnel.control.Daemon;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.engine.Exits;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.io.ControlLoop;
import org.ipae.tunnel.io.InboundLoop;
import org.ipae.tunnel.io.LaneSockets;
import org.ipae.tunnel.io.OutboundLoop;
import org.ipae.tunnel.io.UdpSink;
import org.ipae.tunnel.io.WarmUp;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/** A running gateway: builds everything, starts the threads, stops them, takes back what it set. */
public final class Node implements Daemon, AutoCloseable {
  private static final long STOP_MILLIS = 2_000;
  private static final long CALL_SECONDS = 10;

  private final long startedAt = BootClock.nanos();
  private final X25519KeyPair key;
  private final List<? extends Tun> tuns;
  private final List<LaneSockets> sockets;
  private final HostNetwork network;
  private final SharedState shared = new SharedState();
  private final List<OutboundLoop> outbound = new ArrayList<>();
  private final List<InboundLoop> inbound = new ArrayList<>();
  private final ControlLoop control;
  private final CacheFile cacheFile;
  private final CacheWriter cacheWriter;
  private final AtomicBoolean saving = new AtomicBoolean();
  private final Resolver resolver;
  private final Map<Runnable, Thread> threads = new HashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final ControlServer server;
  private volatile Config config;

  /**
   * Starts a node.
   *
   * @throws ConfigErrors if the private key is not usable
   * @throws IOException with one line that says what is in the way and what to do
   */
  public static Node start(Config config) throws ConfigErrors, IOException {
    X25519KeyPair key = KeyFile.read(config.privateKey());
    refuseOwnKey(config);
    if (!Capabilities.netAdmin()) {
      throw new IOException(
          "no CAP_NET_ADMIN: run as root, or give the service the capability CAP_NET_ADMIN");
    }
    Entropy entropy = entropy();
    Thread warmUp = WarmUp.start(config.suites().getFirst(), entropy);
    List<LaneSockets> sockets = List.of();
    try {
      sockets = LaneSockets.open(config);
      List<LinuxTun> tuns = openTun(config);
      try {
        return new Node(config, key, tuns, sockets, entropy, warmUp);
      } catch (IOException | RuntimeException e) {
        tuns.forEach(Tun::close);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      sockets.forEach(LaneSockets::close);
      key.close();
      throw e;
    }
  }

  private static void refuseOwnKey(Config config) throws ConfigErrors {
    for (Config.Peer p : config.peers()) {
      if (p.settings().has(config.key())) {
        throw new ConfigErrors(
            List.of(
                new ConfigError(
                    config.file().toString(),
                    0,
                    0,
                    "the key of peer " + p.name() + " is this host's own key",
                    "use what \"ipae key show\" prints on the peer")));
      }
    }
  }

  private static List<LinuxTun> openTun(Config config) throws IOException {
    String name = config.tun().name();
    Offload wish = config.offload();
    try {
      return LinuxTun.queues(
          name, config.lanes(), TunOptions.defaults().withOffload(wish.tunTcp(), wish.tunUdp()));
    } catch (OsException x) {
      String remedy =
          switch (x.errnoName()) {
            case "EBUSY" ->
                "; another program holds the interface: stop it, or choose another name in [tun]";
            case "ENOENT", "ENODEV", "ENXIO" ->
                "; load the driver with: modprobe tun (in a container: --device /dev/net/tun)";
            case "EPERM", "EACCES" -> "; run as root, or give CAP_NET_ADMIN and /dev/net/tun";
            default -> "";
          };
      throw new IOException("cannot open interface " + name + ": " + x.getMessage() + remedy, x);
    }
  }

  private Node(
      Config config,
      X25519KeyPair key,
      List<? extends Tun> tuns,
      List<LaneSockets> sockets,
      Entropy entropy,
      Thread warmUp)
      throws IOException {
    this.config = config;
    this.key = key;
    this.tuns = tuns;
    this.sockets = sockets;
    awaitEnd(warmUp);
    network =
        HostNetwork.open(
            tuns.getFirst().index(),
            config.tun().mtu(),
            tunAddresses(config),
            new HostNetwork.Numbers(
                config.table(), config.routeProtocol(), config.metric(), config.fwmark()));
    prepareStateDirectory(config.stateDir());
    cacheFile = new CacheFile(config.stateDir(), BootClock.bootId());
    cacheWriter = new CacheWriter(cacheFile);
    control = new ControlLoop(network.descriptor(), this::networkEvents);
    for (int n = 0; n < config.lanes(); n++) {
      InboundLoop in = new InboundLoop(tuns, n, sockets.get(n), shared, control);
      inbound.add(in);
      Exits exits = new Exits(new UdpSink(sockets, n, shared.counters()), in::answer);
      outbound.add(new OutboundLoop(tuns.get(n), exits, n, shared, control));
    }
    resolver = new Resolver();
    NodeEffects effects =
        new NodeEffects(outbound, inbound, this::saveCache, resolver::wanted, network);
    ControlPlane plane =
        new ControlPlane(
            BootClock.nanos(),
            config.toHostConfig(key, sockets.getFirst().listening().getFirst().localPort()),
            entropy,
            shared,
            effects);
    control.use(plane);
    server = new ControlServer(config.socket(), this);
    Map<String, Endpoint> endpoints = resolver.endpoints(config);
    plane.configure(BootClock.nanos(), config.peerSettings(), endpoints, usable(cacheFile.load()));
    network.route(prefixes(config), addresses(endpoints));
    System.gc(); // what starting has left behind would stay resident for months
    for (int n = 0; n < config.lanes(); n++) {
      String lane = config.lanes() == 1 ? "" : "-" + n;
      thread("ipae-out" + lane, outbound.get(n));
      thread("ipae-in" + lane, inbound.get(n));
    }
    thread("ipae-control", control);
    thread("ipae-cache", cacheWriter);
    resolver.start(this::resolved);
    server.start();
    Offload wish = config.offload();
    if (!offload().equals(withoutUdpAlone(wish))) {
      Log.LOG.log(
          System.Logger.Level.WARNING,
          "the kernel lacks some offload, this costs speed: wanted " + wish + ", has " + offload());
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "ipae-stop"));
    Log.LOG.log(
        System.Logger.Level.INFO,
        "ready: "
            + config.name()
            + " on "
            + tuns.getFirst().name()
            + ", "
            + config.peers().size()
            + " peers, key "
            + config.key());
  }

  private static Entropy entropy() {
    SecureRandom random = new SecureRandom();
    return (out, offset, length) -> {
      byte[] b = new byte[length];
      random.nextBytes(b);
      System.arraycopy(b, 0, out, offset, length);
    };
  }

  private static void prepareStateDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      try {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (IOException e) {
        throw new IOException(
            "state directory "
                + directory
                + " cannot be made ("
                + e
                + "); make it, or choose another with \"state_dir\"",
            e);
      }
    }
  }

  private static List<AddressSpec> tunAddresses(Config c) {
    return c.tun().addresses().stream()
        .map(a -> new AddressSpec(0, a.address(), a.length()))
        .toList();
  }

  private static List<Prefix> prefixes(Config c) {
    return c.peers().stream().flatMap(p -> p.routes().stream()).map(Cidr::prefix).toList();
  }

  private static Set<Endpoint> addresses(Map<String, Endpoint> endpoints) {
    return endpoints.values().stream().map(Endpoint::withoutPort).collect(Collectors.toSet());
  }

  /** Without cookies that were learnt at addresses this host no longer has. */
  private Map<PublicKey, CachedPeer> usable(Map<PublicKey, CachedPeer> cached) {
    Map<PublicKey, CachedPeer> out = new HashMap<>();
    cached.forEach((k, p) ->
        out.put(
            k,
            new CachedPeer(
                p.key(),
                p.rank(),
                p.endpoint(),
                p.suites(),
                p.rttMicros(),
                p.pathMtu(),
                p.cookies().stream()
                    .filter(c ->
                        (c.localHi() | c.localLo()) == 0
                            || network
                                .addresses()
                                .contains(new Endpoint(c.localHi(), c.localLo(), 0)))
                    .toList())));
    return out;
  }

  private void thread(String name, Runnable body) {
    Thread t =
        Thread.ofPlatform()
            .name(name)
            .uncaughtExceptionHandler((thread, e) -> {
              Log.LOG.log(System.Logger.Level.ERROR, "thread " + name + " has failed: stopping", e);
              stop.countDown();
            })
            .unstarted(body);
    threads.put(body, t);
    t.start();
  }

  /** Many changes in one turn of control are one snapshot. */
  private void saveCache() {
    if (!saving.getAndSet(true)) {
      control.submit(p -> {
        saving.set(false);
        cacheWriter.save(p.cache());
      });
    }
  }

  private void networkEvents() {
    try {
      if (network.events()) {
        Set<Endpoint> addresses = network.addresses();
        control.submit(p -> p.ownPathChanged(BootClock.nanos(), addresses));
      }
    } catch (IOException e) {
      Log.LOG.log(System.Logger.Level.WARNING, "network events lost: " + e.getMessage());
    }
  }

  /** A name resolves, or resolves to something else. */
  private void resolved() {
    Map<String, Endpoint> endpoints = resolver.endpoints(config);
    control.submit(p -> {
      p.configure(BootClock.nanos(), config.peerSettings(), endpoints, Map.of());
      network.route(prefixes(config), addresses(endpoints));
    });
  }

  private <T> T call(Function<ControlPlane, T> question) throws IOException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    control.submit(p -> {
      try {
        answer.complete(question.apply(p));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IOException("the daemon is stopping or stuck", e);
    }
  }

  @Override
  public NodeStatus status() {
    List<PeerStatus> peers;
    try {
      peers = call(p -> p.status(BootClock.nanos()));
    } catch (IOException e) {
      peers = List.of();
    }
    Config c = config;
    return new NodeStatus(
        c.name(),
        c.key(),
        ProcessHandle.current().pid(),
        (BootClock.nanos() - startedAt) / 1_000_000,
        tuns.getFirst().name(),
        c.tun().mtu(),
        c.tun().addresses().stream().map(Cidr::toString).toList(),
        tuns.size(),
        c.listen().stream().map(Address::toString).toList(),
        c.suites().stream().map(org.ipae.crypto.Suite::configName).toList(),
        offload(),
        shared.counters().drops(),
        udp().mapToLong(UdpSocket::receiveDrops).sum(),
        peers);
  }

  private static Offload withoutUdpAlone(Offload wish) {
    return new Offload(
        wish.tunTcp(), wish.tunTcp() && wish.tunUdp(), wish.udpGso(), wish.udpGro(), wish.crypto());
  }

  /** What is in use now. */
  private Offload offload() {
    return new Offload(
        inbound.stream().allMatch(InboundLoop::joinsTcp),
        inbound.stream().allMatch(InboundLoop::joinsUdp),
        udp().allMatch(UdpSocket::gso),
        udp().allMatch(UdpSocket::gro),
        PacketCipher.library());
  }

  private Stream<UdpSocket> udp() {
    return sockets.stream().flatMap(s -> s.all().stream());
  }

  @Override
  public synchronized List<String> reload(boolean dryRun) throws ConfigErrors, IOException {
    Config next = ConfigReader.read(config.file());
    refuseOwnKey(next);
    List<String> changes = ConfigDiff.of(config, next);
    if (!dryRun) {
      boolean changed = !next.key().equals(config.key());
      X25519KeyPair fresh = changed ? KeyFile.read(next.privateKey()) : null;
      config = next;
      Map<String, Endpoint> endpoints = resolver.endpoints(next);
      call(p -> {
        if (fresh != null) {
          p.hostKey(BootClock.nanos(), fresh);
        }
        p.configure(BootClock.nanos(), next.peerSettings(), endpoints, Map.of());
        network.route(prefixes(next), addresses(endpoints));
        return true;
      });
    }
    return changes;
  }

  @Override
  public OptionalLong ping(String peer, long timeoutMillis) {
    if (config.peers().stream().noneMatch(p -> p.name().equals(peer))) {
      throw new NoSuchElementException(peer);
    }
    CompletableFuture<Long> answer = new CompletableFuture<>();
    control.submit(p -> p.ping(BootClock.nanos(), peer, answer::complete));
    try {
      return OptionalLong.of(
          answer.get(Math.min(Math.max(1, timeoutMillis), 10_000), TimeUnit.MILLISECONDS));
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    }
  }

  /** Blocks until the process is asked to stop. */
  public void awaitStop() throws InterruptedException {
    stop.await();
  }

  private void stopAndWait() {
    stop.countDown();
    try {
      stopped.await(2 * STOP_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      server.close();
    } catch (IOException e) {
      Log.LOG.log(System.Logger.Level.DEBUG, "control socket: " + e.getMessage());
    }
    resolver.stop();
    control.submit(p -> cacheWriter.save(p.cache()));
    control.submit(p -> p.shutdown(BootClock.nanos()));
    control.stop();
    join(control);
    outbound.forEach(OutboundLoop::stop);
    outbound.forEach(this::join);
    inbound.forEach(InboundLoop::stop);
    inbound.forEach(this::join);
    cacheWriter.stop();
    join(cacheWriter);
    network.close();
    tuns.forEach(Tun::close);
    sockets.forEach(LaneSockets::close);
    key.close();
    Log.LOG.log(System.Logger.Level.INFO, "stopped");
    stopped.countDown();
  }

  private void join(Runnable body) {
    awaitEnd(Objects.requireNonNull(threads.get(body)));
  }

  private static void awaitEnd(Thread thread) {
    try {
      thread.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
