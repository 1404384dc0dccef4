// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.BootClock;
import org.ipae.tun.Capabilities;
import org.ipae.tun.OsException;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.Tun;
import org.ipae.tun.device.TunOptions;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.Dns;
import org.ipae.tunnel.config.Footprint;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.config.Openings;
import org.ipae.tunnel.config.RoutingTable;
import org.ipae.tunnel.control.ControlServer;
import org.ipae.tunnel.control.ControlSocket;
import org.ipae.tunnel.engine.Exits;
import org.ipae.tunnel.host.Hold;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.host.Policy;
import org.ipae.tunnel.host.SystemEntropy;
import org.ipae.tunnel.io.ControlLoop;
import org.ipae.tunnel.io.InboundLoop;
import org.ipae.tunnel.io.OutboundLoop;
import org.ipae.tunnel.io.UdpSink;
import org.ipae.tunnel.io.WarmUp;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.library.PacketLibrary;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.names.HostLookup;
import org.ipae.tunnel.names.Inside;
import org.ipae.tunnel.names.NameKeys;
import org.ipae.tunnel.names.NameServers;
import org.ipae.tunnel.names.Source;
import org.ipae.tunnel.names.SteadyClock;
import org.ipae.tunnel.names.Upstream;
import org.ipae.tunnel.names.fresh.NamesFile;
import org.ipae.tunnel.names.fresh.PeerNames;
import org.ipae.tunnel.names.fresh.Resolver;
import org.ipae.tunnel.rotation.host.KeyFiles;
import org.ipae.tunnel.rotation.host.KeyRotation;
import org.ipae.tunnel.rotation.host.RotationFile;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.wire.Endpoint;

/**
 * How a gateway begins and ends: a list of things to open, each of which is closed in the reverse
 * order, when the daemon stops and when a later one cannot be had. What may fail comes before the
 * first route and the first thread.
 */
public final class Startup {
  /** From the start to the first pause, milliseconds. */
  private static final long CALM = 1_000;

  private final Config config;
  private final Closing closing;
  private final Threads threads;
  private final SharedState shared = new SharedState();
  private final List<OutboundLoop> outbound = new ArrayList<>();
  private final List<InboundLoop> inbound = new ArrayList<>();

  private Startup(Config config, Closing closing, Threads threads) {
    this.config = config;
    this.closing = closing;
    this.threads = threads;
  }

  /**
   * Runs a gateway until it is to stop. Afterwards the host is as it was before, apart from the
   * networks of peers, which are held shut.
   *
   * @throws ConfigErrors if the private key is not usable
   * @throws IOException with one line: what is in the way of a start and what to do, or why the
   *     gateway could not go on
   */
  public static void run(Config config, Stop stop, Reloads reloads)
      throws ConfigErrors, IOException {
    try (Closing closing = new Closing()) {
      new Startup(config, closing, new Threads(stop)).start(stop, reloads);
      stop.await();
    }
    Log.info("stopped");
    String failure = stop.failure();
    if (failure != null) {
      throw new IOException("stopped: " + failure);
    }
  }

  private void start(Stop stop, Reloads reloads) throws ConfigErrors, IOException {
    ControlSocket socket = closing.add(ControlSocket.claim(config.socket()));
    RotationFile rotations =
        new RotationFile(config.stateDir(), BootClock.bootId(), BootClock::millis);
    RotationFile.Kept kept = rotations.loadOrPutAside();
    X25519KeyPair key = closing.add(KeyFile.read(config.privateKey()));
    PublicKey own = PublicKey.of(key.publicKey());
    OwnKey.refuse(config, own);
    needNetAdmin();
    Hold.Outcome held = Holding.lay(config); // what follows takes a while
    PacketLibrary library = PacketLibrary.choose(config.library(), config.stateDir());
    library.use();
    Entropy entropy = SystemEntropy.await(stop::isAsked, Log::warn);
    if (entropy == null) {
      return;
    }
    WarmUp.Handle warmUp = closing.add(WarmUp.start(config.suites().getFirst(), entropy));
    Sockets sockets = new Sockets(config);
    closing.add(threads.usedBy(sockets));
    closing.add(StateDirectory.open(config.stateDir()));
    AtomicReference<Config> current = new AtomicReference<>(config);
    UpPeers up = new UpPeers();
    Inside inside = new Inside(current::get, up::has);
    Resolver resolver = new Resolver(new HostLookup(config.ports(), inside), config.ports());
    PeerNames names = names(inside);
    Peering peering = Peering.of(config, resolver, names);
    warmUp.await();
    if (stop.isAsked()) {
      return;
    }
    List<LinuxTun> tuns = openTun();
    closing.add(threads.usedBy(() -> tuns.forEach(Tun::close)));
    Policy policy = Policies.of(config, sockets.listening());
    HostNetwork network = closing.add(openNetwork(tuns.getFirst(), policy, held));
    peering.route(network); // at once: where there is no route, packets go out in the clear
    network.settle();
    absent(network);
    CacheFile cacheFile = new CacheFile(config.stateDir(), BootClock.bootId());
    CacheWriter cacheWriter = new CacheWriter(cacheFile);
    ControlLoop control = new ControlLoop(network);
    for (int n = 0; n < config.lanes(); n++) {
      InboundLoop in = new InboundLoop(tuns, n, sockets.now().get(n), shared, control);
      inbound.add(in);
      UdpSink sink = new UdpSink(sockets.now(), n, shared.counters(), control);
      Exits exits = new Exits(sink, in::answer);
      outbound.add(new OutboundLoop(tuns.get(n), exits, n, shared, control));
      sockets.usedBy(in, outbound.getLast(), sink);
    }
    ControlPlane plane =
        new ControlPlane(
            BootClock.nanos(),
            config.toHostConfig(key, sockets.listening().getFirst().localPort()),
            entropy,
            shared,
            new NodeEffects(
                outbound,
                inbound,
                () -> cacheWriter.changed(control),
                resolver,
                names,
                network,
                up));
    control.use(plane);
    KeyRotation ownKey =
        new KeyRotation(
            current::get,
            inside,
            own,
            rotations,
            kept,
            new KeyFiles(config.privateKey()),
            entropy,
            BootClock::millis);
    Node node =
        new Node(
            current, ownKey, tuns, sockets, inbound, shared, control, resolver, names, network,
            library);
    Map<PublicKey, CachedPeer> cached = cacheFile.load(network.addresses());
    peering.configure(plane, cached);
    cached.values().forEach(CachedPeer::close);
    closing.add(threads.start("ipae-cache", cacheWriter, cacheWriter::stop));
    startLanes();
    closing.add(threads.start("ipae-control", control, () -> end(control, cacheWriter)));
    resolver.start(node::resolved);
    closing.add(resolver::stop);
    names.start(node::renewed);
    closing.add(names::stop);
    ownKey.start(node::answer);
    closing.add(ownKey::stop);
    Threads.checkSpare();
    closing.add(new ControlServer(socket, node)).start();
    encrypts(library);
    fits();
    if (config.table() != RoutingTable.OFF) {
      Openings.of(config).forEach(Log::warn);
    }
    ready(node, tuns.getFirst(), own);
    supervised(control, () -> up.of(current.get()));
    reloads.serve(node);
    if (!stop.await(CALM)) { // the first packets are through
      System.gc(); // what starting has left behind would stay resident for months
    }
  }

  private PeerNames names(Inside inside) throws IOException {
    SteadyClock wall = new SteadyClock(Clock.systemUTC(), BootClock::millis);
    ask(config.dns(), inside, wall); // what is wrong with it is told now
    return new PeerNames(
        settings -> ask(settings, inside, wall),
        new NamesFile(config.stateDir(), BootClock.bootId(), BootClock::millis),
        config.ports(),
        BootClock::millis,
        new Random());
  }

  private static PeerNames.Dns ask(Dns settings, Inside inside, SteadyClock wall)
      throws IOException {
    Source outside = new Upstream(NameServers.of(settings));
    NameKeys keys = keys(settings, outside, wall);
    if (settings.inside().isEmpty()) {
      return name -> keys.of(name, _ -> {});
    }
    NameKeys asked = keys(settings, inside.or(outside), wall);
    return name -> (inside.servers(name).isEmpty() ? keys : asked).of(name, _ -> {});
  }

  private static NameKeys keys(Dns settings, Source source, SteadyClock wall) throws IOException {
    return NameKeys.asking(source, settings, wall, BootClock::millis, NameKeys.THREADS);
  }

  /** Whoever has started the daemon hears how it is. */
  private void supervised(ControlLoop control, Supplier<String> status) {
    Supervisor s = new Supervisor(System.getenv(), ProcessHandle.current().pid(), status);
    s.watch("ipae-control", control.pulse());
    for (int n = 0; n < inbound.size(); n++) {
      s.watch("ipae-in-" + n, inbound.get(n).pulse());
      s.watch("ipae-out-" + n, outbound.get(n).pulse());
    }
    s.ready();
    closing.add(s::stop);
  }

  private static void needNetAdmin() throws IOException {
    if (!Capabilities.netAdmin()) {
      throw new IOException(
          "no CAP_NET_ADMIN: run as root, or give the service the capability CAP_NET_ADMIN");
    }
  }

  private List<LinuxTun> openTun() throws IOException {
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

  private HostNetwork openNetwork(Tun tun, Policy policy, Hold.Outcome held) throws IOException {
    try {
      return HostNetwork.open(
          new HostNetwork.Link(tun.name(), tun.index()),
          HostChange.tun(config, tun.index()),
          policy,
          Holding.file(config),
          held);
    } catch (OsException x) {
      throw HostChange.refused(tun.name(), x);
    }
  }

  /** An address to listen on may come later, as that of a standby does. */
  private void absent(HostNetwork network) {
    for (Address a : config.listen()) {
      Endpoint e = a.written();
      if (e != null && !e.any() && !network.addresses().contains(e.withoutPort())) {
        Log.warn("listen " + a + ": this host does not have that address now; waiting for it");
      }
    }
  }

  private void startLanes() {
    for (int n = 0; n < config.lanes(); n++) {
      String lane = config.lanes() == 1 ? "" : "-" + n;
      InboundLoop in = inbound.get(n);
      OutboundLoop out = outbound.get(n);
      closing.add(threads.start("ipae-in" + lane, in, in::stop));
      closing.add(threads.start("ipae-out" + lane, out, out::stop));
    }
  }

  private static void end(ControlLoop control, CacheWriter cacheWriter) {
    control.submit(p -> cacheWriter.save(p.cache()));
    control.submit(p -> p.shutdown(BootClock.nanos()));
    control.stop();
  }

  private void fits() {
    String shortage = Footprint.of(config).shortage(Runtime.getRuntime().maxMemory());
    if (shortage != null) {
      Log.warn(shortage);
    }
  }

  private void encrypts(PacketLibrary library) {
    try {
      library.keep(config.stateDir());
    } catch (IOException e) {
      Log.warn(
          "how the library's self-test ended cannot be kept in "
              + config.stateDir()
              + " ("
              + Reason.of(e)
              + "): the next start takes longer");
    }
    Encryption encryption = library.inUse();
    if (!encryption.byLibrary() && !config.library().jdk()) {
      Log.warn(
          "packets are encrypted by the JDK, at about half the throughput: "
              + encryption.reason()
              + "; name another library with \"crypto\" in [offload], or \"jdk\" to accept this");
    }
  }

  private void ready(Node node, Tun tun, PublicKey own) {
    Offload wish = config.offload();
    Offload there = node.offload();
    if (!there.equals(withoutUdpAlone(wish))) {
      Log.warn(
          "the kernel lacks some offload, this costs speed: wanted " + wish + ", has " + there);
    }
    int peers = config.peers().size();
    Log.info(
        "ready: "
            + config.name()
            + " on "
            + tun.name()
            + ", "
            + peers
            + (peers == 1 ? " peer" : " peers")
            + ", key "
            + own);
  }

  private static Offload withoutUdpAlone(Offload wish) {
    return new Offload(wish.tunTcp(), wish.tunTcp() && wish.tunUdp(), wish.udpGso(), wish.udpGro());
  }
}
