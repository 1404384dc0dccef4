// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.BootClock;
import org.ipae.tun.device.Tun;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.Footprint;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.control.Daemon;
import org.ipae.tunnel.control.KeyChange;
import org.ipae.tunnel.control.KeyCommand;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.host.HostNetwork;
import org.ipae.tunnel.io.ControlLoop;
import org.ipae.tunnel.io.InboundLoop;
import org.ipae.tunnel.library.PacketLibrary;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.names.fresh.PeerNames;
import org.ipae.tunnel.names.fresh.Resolver;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.rotation.host.KeyRotation;
import org.ipae.tunnel.rotation.host.RotationStatus;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A running gateway as the command line sees it. It opens and closes nothing: that is {@link
 * Startup}'s. Any thread.
 */
final class Node implements Daemon {
  private static final long CALL_SECONDS = 5; // less than a client waits
  private static final long LONGEST_PING = 10_000;

  /** Peers of which a status is told at a time: control goes on between them. */
  private static final int PIECE = 64;

  private final long startedAt = BootClock.nanos();
  private final List<? extends Tun> tuns;
  private final Sockets sockets;
  private final List<InboundLoop> inbound;
  private final SharedState shared;
  private final ControlLoop control;
  private final Resolver resolver;
  private final PeerNames names;
  private final HostNetwork network;
  private final PacketLibrary library;
  private final KeyRotation ownKey;
  private final AtomicReference<Config> current;
  private final HostChange hostChange;

  Node(
      AtomicReference<Config> current,
      KeyRotation ownKey,
      List<? extends Tun> tuns,
      Sockets sockets,
      List<InboundLoop> inbound,
      SharedState shared,
      ControlLoop control,
      Resolver resolver,
      PeerNames names,
      HostNetwork network,
      PacketLibrary library) {
    this.current = current;
    this.ownKey = ownKey;
    this.tuns = tuns;
    this.sockets = sockets;
    this.inbound = inbound;
    this.shared = shared;
    this.control = control;
    this.resolver = resolver;
    this.names = names;
    this.network = network;
    this.library = library;
    hostChange = new HostChange(sockets, network, tuns.getFirst());
  }

  /** What the control thread is asked. */
  private interface Question<T> {
    T of(ControlPlane p) throws IOException;
  }

  /** The answer of the control thread. */
  private <T> T call(Question<T> question) throws IOException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    control.submit(p -> {
      try {
        answer.complete(question.of(p));
      } catch (IOException | RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    try {
      return answer.get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "the control thread of the running ipae does not answer: it is stopping or stuck; restart"
              + " it if this stays",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException refused) {
        throw refused;
      }
      throw new IOException(
          "the running ipae has failed: " + Reason.of(Objects.requireNonNullElse(e.getCause(), e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the running ipae is stopping", e);
    }
  }

  @Override
  public NodeStatus status() throws IOException {
    Pieces<PeerStatus> peers =
        new Pieces<>(
            PIECE,
            from ->
                call(p -> p.status(BootClock.nanos(), from, PIECE)).stream()
                    .map(this::withDns)
                    .toList());
    Config c = current.get();
    RotationStatus key = ownKey.status();
    return new NodeStatus(
        c.name(),
        ownKey.calling(),
        change(key),
        key.dueMillis() < 0 ? -1 : Math.max(0, key.dueMillis() - passed(key)),
        ProcessHandle.current().pid(),
        (BootClock.nanos() - startedAt) / 1_000_000,
        Runtime.getRuntime().maxMemory(),
        tuns.getFirst().name(),
        c.tun().mtu(),
        c.tun().addresses().stream().map(Cidr::toString).toList(),
        tuns.size(),
        c.listen().stream().map(Address::toString).toList(),
        c.suites().stream().map(Suite::configName).toList(),
        offload(),
        library.inUse(),
        shared.counters().drops(),
        sockets.all().mapToLong(UdpSocket::receiveDrops).sum(),
        sum(sockets.all().map(UdpSocket::sendErrors)),
        network.notSet(),
        peers);
  }

  private static @Nullable KeyChange change(RotationStatus s) {
    Rotation r = s.rotation();
    return r == null
        ? null
        : new KeyChange(
            r.step(),
            r.from(),
            r.to(),
            r.held(),
            s.leftMillis() < 0 ? -1 : Math.max(0, s.leftMillis() - passed(s)),
            s.trouble(),
            s.troubleMillis() < 0 ? -1 : s.troubleMillis() + passed(s));
  }

  /** Milliseconds since a status was taken. */
  private static long passed(RotationStatus s) {
    return BootClock.millis() - s.at();
  }

  private PeerStatus withDns(PeerStatus p) {
    PeerStatus.Dns said = names.status(p.name());
    return said == null ? p : p.with(said);
  }

  /** What is in use now. */
  Offload offload() {
    return new Offload(
        inbound.stream().allMatch(InboundLoop::joinsTcp),
        inbound.stream().allMatch(InboundLoop::joinsUdp),
        sockets.all().allMatch(UdpSocket::gso),
        sockets.all().allMatch(UdpSocket::gro));
  }

  private static Map<String, Long> sum(Stream<Map<String, Long>> each) {
    Map<String, Long> out = new HashMap<>();
    each.forEach(m -> m.forEach((error, n) -> out.merge(error, n, Long::sum)));
    return out;
  }

  @Override
  public synchronized List<String> reload(boolean dryRun) throws ConfigErrors, IOException {
    Config config = current.get();
    Config next = ConfigReader.read(config.file());
    Config running = next.asRunning(config);
    OwnKey.refuse(next, next.key());
    List<String> lines = new ArrayList<>(ConfigDiff.of(config, ownKey.calling(), next));
    String shortage =
        new Footprint(next.peers().size(), tuns.size()).shortage(Runtime.getRuntime().maxMemory());
    if (shortage != null) {
      lines.add("warning: " + shortage);
    }
    if (!dryRun) {
      X25519KeyPair fresh =
          next.key().equals(ownKey.calling()) ? null : KeyFile.read(next.privateKey());
      hostChange.apply(
          config,
          running,
          step ->
              call(p -> {
                step.on(p);
                return true;
              }));
      current.set(running);
      if (fresh != null) {
        ownKey.replaced(fresh);
      }
      ownKey.look();
      Consumer<ControlPlane> peering = peering();
      call(p -> {
        if (fresh != null) {
          p.hostKeys(BootClock.nanos(), HostKeys.Wanted.only(fresh));
        }
        peering.accept(p);
        return true;
      });
    }
    return lines;
  }

  /** This host answers for these keys. */
  void answer(HostKeys.Wanted keys) {
    control.submit(p -> p.hostKeys(BootClock.nanos(), keys));
  }

  @Override
  public void changeKey(KeyCommand command) throws IOException {
    switch (command) {
      case BEGIN -> ownKey.rotate(false);
      case BEGIN_HELD -> ownKey.rotate(true);
      case PROCEED -> ownKey.proceed();
      case CANCEL -> ownKey.cancel();
      case FOLLOW -> ownKey.follow();
    }
  }

  @Override
  public boolean clearPins(String peer) {
    return names.clearPins(peer);
  }

  /** A name resolves, or resolves to something else. */
  synchronized void resolved() {
    control.submit(peering());
  }

  /** DNS says something new of these peers, or only that it holds for longer. */
  synchronized void renewed(Set<String> changed) {
    PeerNames.Renewal renewal = names.renew(changed);
    if (renewal.moved()) {
      control.submit(peering());
      return;
    }
    Map<PeerConfig, List<Endpoint>> some = Peering.some(current.get(), resolver, renewal.named());
    control.submit(p -> some.forEach((peer, at) -> p.renew(BootClock.nanos(), peer, at)));
  }

  /** What gives the control thread the peers of the configuration, with their addresses of now. */
  private Consumer<ControlPlane> peering() {
    Peering peering = Peering.of(current.get(), resolver, names);
    return p -> {
      peering.configure(p, Map.of());
      peering.route(network);
    };
  }

  @Override
  public void expect(String name) {
    names.expect(name);
  }

  @Override
  public OptionalLong ping(String peer, long timeoutMillis) {
    if (current.get().peers().stream().noneMatch(p -> p.name().equals(peer))) {
      throw new NoSuchElementException(peer);
    }
    CompletableFuture<Long> answer = new CompletableFuture<>();
    control.submit(p -> p.ping(BootClock.nanos(), peer, answer::complete));
    try {
      long patience = Math.clamp(timeoutMillis, 1, LONGEST_PING);
      return OptionalLong.of(answer.get(patience, TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }
}
