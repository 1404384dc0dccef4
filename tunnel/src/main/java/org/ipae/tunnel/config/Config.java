package org.ipae.tunnel.config;

import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.HostConfig;
import org.ipae.tunnel.association.PeerConfig;
import org.ipae.tunnel.engine.Padding;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * A valid configuration, as {@link ConfigReader} makes it. Holds no secret: the private key stays
 * in its file.
 *
 * @param file where it was read from; fragments lie in {@code ipae.d} beside it
 * @param key the public key of this host
 * @param lanes requested for a session, and pairs of packet threads, 1..16
 * @param rekey seconds
 * @param fwmark firewall mark of the datagrams that this host sends, 0 for none
 * @param table route table
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
    int rekey,
    int fwmark,
    int table,
    int routeProtocol,
    int metric,
    Tun tun,
    Offload offload,
    List<Peer> peers) {
  /** Where the configuration is looked for unless the command line says otherwise. */
  public static final Path DEFAULT_FILE = Path.of("/etc/ipae/ipae.toml");

  /** Where the control socket is unless the configuration says otherwise. */
  public static final Path DEFAULT_SOCKET = Path.of("/run/ipae/ipae.sock");

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
   * A peer as written, its host name not yet resolved.
   *
   * @param endpoint null to wait for the peer to connect
   * @param vhost "" for the physical host
   * @param keepAlive seconds, 0 leaves it to NAT detection
   * @param pathMtu 1280..65535; 0 is "auto"
   * @param endpointPlace where the endpoint is written, for messages; null without endpoint
   */
  public record Peer(
      String name,
      PublicKey key,
      @Nullable Address endpoint,
      List<Cidr> routes,
      String vhost,
      int keepAlive,
      boolean earlyData,
      boolean requirePq,
      Padding padding,
      int pathMtu,
      @Nullable Place endpointPlace) {
    public Peer {
      routes = List.copyOf(routes);
    }

    /** The peer as control needs it, with the endpoint that the caller has resolved. */
    public PeerConfig toPeerConfig(@Nullable Endpoint resolved) {
      return new PeerConfig(
          name,
          key,
          resolved,
          routes.stream().map(Cidr::prefix).toList(),
          vhost,
          keepAlive * 1000L,
          earlyData,
          requirePq,
          padding,
          pathMtu);
    }
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
        Timing.rekeyEvery(rekey * 1000L),
        tun.auto());
  }

  /** Looks up every endpoint that is a host name. Blocks as {@code dns} does. */
  public Resolution resolve(Addresses dns) {
    List<PeerConfig> out = new ArrayList<>();
    List<ConfigError> unresolved = new ArrayList<>();
    for (Peer p : peers) {
      Endpoint resolved = null;
      try {
        Address e = p.endpoint();
        resolved = e == null ? null : e.resolve(dns);
      } catch (UnknownHostException e) {
        unresolved.add(unresolved(p));
      }
      out.add(p.toPeerConfig(resolved));
    }
    return new Resolution(out, unresolved);
  }

  private ConfigError unresolved(Peer p) {
    Address e = p.endpoint();
    String host = e == null ? "" : e.host();
    String what = "endpoint \"" + host + "\" of peer " + p.name() + " has no address in DNS";
    String remedy = "correct the name, write an address instead, or fix DNS";
    Place place = p.endpointPlace();
    return place == null ? ConfigError.of(file, what, remedy) : place.error(what, remedy);
  }
}
