// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostConfig;
import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.library.LibraryWish;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.routing.IfDown;
import org.ipae.tunnel.routing.PortRange;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.Places;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration, as {@link ConfigReader} makes it. Holds no secret: the private key stays
 * in its file.
 *
 * @param file where it was read from; fragments lie in {@code ipae.d} beside it
 * @param key the public key of this host
 * @param lanes requested for a session, and pairs of packet threads, 1..16
 * @param rekey age at which a session gets new keys
 * @param ports from which this host's own datagrams leave, apart from the listening ones
 * @param fwmark firewall mark of the datagrams that this host sends, 0 for none
 * @param table route table, 0 leaves the routes to others
 * @param rulePriority of the first rule of policy routing, 0 leaves the rules to others
 * @param routeProtocol protocol number of the routes that this host adds
 * @param metric of those routes, 0 leaves it to the kernel
 */
public record Config(
    Path file,
    String name,
    Path privateKey,
    PublicKey key,
    List<Address> listen,
    Path socket,
    Path stateDir,
    int lanes,
    List<Suite> suites,
    List<String> vhosts,
    Duration rekey,
    PortRange ports,
    int fwmark,
    int table,
    int rulePriority,
    int routeProtocol,
    int metric,
    Tun tun,
    Offload offload,
    LibraryWish library,
    Dns dns,
    List<Peer> peers) {
  /** Where the configuration is looked for unless the command line says otherwise. */
  public static final Path DEFAULT_FILE = Path.of("/etc/ipae/ipae.toml");

  /** Where the control socket is unless the configuration says otherwise. */
  public static final Path DEFAULT_SOCKET = Path.of("/run/ipae/ipae.sock");

  /** Where the daemon keeps what it knows unless the configuration says otherwise. */
  public static final Path DEFAULT_STATE_DIRECTORY = Path.of("/var/lib/ipae");

  /** Lanes unless the configuration says otherwise; fewer if there are fewer cores. */
  static final int DEFAULT_LANES = 4;

  public Config {
    listen = List.copyOf(listen);
    suites = List.copyOf(suites);
    vhosts = List.copyOf(vhosts);
    peers = List.copyOf(peers);
  }

  /**
   * The interface of the tunnel.
   *
   * @param name at most 15 characters
   * @param mtu 1280..65535; for "auto" the number that it stands for
   * @param auto whether the routes follow what the paths carry
   */
  public record Tun(String name, List<Cidr> addresses, int mtu, boolean auto) {
    public Tun {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A peer as written, its host names not yet resolved.
   *
   * @param ifDown what becomes of packets to its prefixes while no tunnel takes them; null = not
   *     written
   * @param endpoint where it may be, the preferred place first; empty to wait for it to connect
   * @param endpointPlaces where they are written, for messages
   */
  public record Peer(
      PeerConfig settings,
      @Nullable IfDown ifDown,
      List<Address> endpoint,
      List<Places.Key> endpointPlaces) {
    public Peer {
      endpoint = List.copyOf(endpoint);
      endpointPlaces = List.copyOf(endpointPlaces);
    }

    public String name() {
      return settings.name();
    }

    /** Whether its keys are in DNS. */
    public boolean byName() {
      return settings.keys().isEmpty();
    }

    /**
     * What becomes of packets to one of its prefixes while no tunnel takes them. Everything is held
     * shut only where that is written: nobody could reach the host any more.
     */
    public IfDown ifDown(Prefix prefix) {
      IfDown unwritten = prefix.length() == 0 ? IfDown.CLEAR : IfDown.REJECT;
      return ifDown == null ? unwritten : ifDown;
    }

    /** Its routes as they are written. */
    public List<Cidr> routes() {
      return settings.routes().stream().map(Cidr::of).toList();
    }
  }

  /** The prefixes of all peers, and what becomes of packets to them while no tunnel takes them. */
  public Map<Prefix, IfDown> prefixes() {
    Map<Prefix, IfDown> out = new HashMap<>();
    for (Peer p : peers) {
      p.settings.routes().forEach(r -> out.merge(r, p.ifDown(r), IfDown::stricter));
    }
    return out;
  }

  /** The settings of every peer. */
  public List<PeerConfig> peerSettings() {
    return peers.stream().map(Peer::settings).toList();
  }

  /**
   * The host as control needs it.
   *
   * @param keyPair remains owned by the caller
   * @param port that the first socket is bound to
   */
  public HostConfig toHostConfig(X25519KeyPair keyPair, int port) {
    return new HostConfig(
        keyPair,
        vhosts,
        suites,
        port,
        lanes,
        HandshakeLimits.COOKIE_TTL,
        Timing.rekeyEvery(rekey.toMillis()),
        tun.auto(),
        HandshakeBudget.ofHeap(Runtime.getRuntime().maxMemory()));
  }

  /**
   * What control needs to know after this configuration has taken the place of another.
   *
   * @param port that the first socket is bound to
   */
  public HostConfig toHostConfig(HostConfig before, int port) {
    return new HostConfig(
        before.key(),
        vhosts,
        suites,
        port,
        before.lanes(),
        before.cookieTtl(),
        Timing.rekeyEvery(rekey.toMillis()),
        tun.auto(),
        before.budget());
  }

  /** This one with what only a start reads as it is in a daemon that runs. */
  public Config asRunning(Config running) {
    return new Config(
        file,
        name,
        running.privateKey,
        key,
        listen,
        running.socket,
        running.stateDir,
        running.lanes,
        suites,
        vhosts,
        rekey,
        running.ports,
        fwmark,
        table,
        rulePriority,
        routeProtocol,
        metric,
        new Tun(running.tun.name, tun.addresses, tun.mtu, tun.auto),
        running.offload,
        running.library,
        dns,
        peers);
  }

  /** Looks up every endpoint that is a host name. Blocks as {@code dns} does. */
  public Resolution resolve(Addresses dns) {
    Map<String, List<Endpoint>> out = new LinkedHashMap<>();
    List<ConfigError> unresolved = new ArrayList<>();
    Places written = new Places();
    for (Peer p : peers) {
      List<Endpoint> places = new ArrayList<>();
      for (int i = 0; i < p.endpoint().size(); i++) {
        Address a = p.endpoint().get(i);
        try {
          places.addAll(a.resolve(dns));
        } catch (UnknownHostException x) {
          unresolved.add(
              written
                  .of(p.endpointPlaces().get(i))
                  .error(
                      "endpoint \"" + a.host() + "\" of peer " + p.name() + " " + a.lack(),
                      a.remedy()));
        }
      }
      if (!places.isEmpty()) {
        out.put(p.name(), places);
      }
    }
    return new Resolution(out, unresolved);
  }
}
