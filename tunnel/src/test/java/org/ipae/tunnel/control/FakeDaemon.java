// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.association.SessionStatus;
import org.ipae.tunnel.association.contact.ContactStatus;
import org.ipae.tunnel.association.size.PathMtuState;
import org.ipae.tunnel.association.size.SizeStatus;
import org.ipae.tunnel.config.Cidr;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.link.Traffic;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.rotation.Step;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;
import org.ipae.tunnel.wire.DropReason;

/** Answers without a tunnel. */
public final class FakeDaemon implements Daemon {
  /** Names that are about to be added. */
  public final List<String> expected = new ArrayList<>();

  /** What it was told about its key. */
  public final List<KeyCommand> asked = new ArrayList<>();

  public boolean invalid;
  public boolean broken;
  public boolean stuck;

  @Override
  public NodeStatus status() throws IOException {
    if (stuck) {
      throw new IOException("stuck");
    }
    if (broken) {
      throw new IllegalStateException("oops");
    }
    return example();
  }

  /** A host with one peer that is up and one that is down. */
  public static NodeStatus example() {
    Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
    drops.put(DropReason.MALFORMED, 12L);
    drops.put(DropReason.NOISE, 0L);
    drops.put(DropReason.SEND_REFUSED, 7L);
    PeerStatus up =
        new PeerStatus(
            "gw-b.example.net",
            List.of(ConfigFiles.key(2)),
            new PeerStatus.Dns("secure", "", 2_820_000, 2_100_000),
            List.of(Cidr.route("10.2.0.0/24").prefix(), Cidr.route("fd00:2::/64").prefix()),
            Map.of(),
            new PeerStatus.Liveness(true, Why.UP, Attempt.NONE, null, 0),
            new PeerStatus.Road("203.0.113.7:1138", "192.0.2.1:1138", "192.0.2.1:1138"),
            new SessionStatus(
                "x25519-mlkem768-aes256gcm", 4, 3, 125_000, 3_200, 12_345, 12_000, 12, 4),
            new SizeStatus(1500, PathMtuState.FOUND),
            new ContactStatus(2, 14_280_000, 1),
            new Traffic(10_000, 3_565_158, 9_000, 1_258_291));
    PeerStatus down =
        new PeerStatus(
            "gw-c",
            List.of(ConfigFiles.key(3)),
            null,
            List.of(Cidr.route("10.3.0.0/24").prefix()),
            Map.of(Cidr.route("10.3.0.0/24").prefix(), List.of("gw-d")),
            new PeerStatus.Liveness(false, Why.NO_ANSWER, Attempt.INIT, "EPERM", 3),
            new PeerStatus.Road("198.51.100.9:1138", null, null),
            new SessionStatus(null, 0, 0, -1, -1, 0, 0, 0, 0),
            new SizeStatus(1500, PathMtuState.FIXED),
            new ContactStatus(0, 0, 0),
            new Traffic(0, 0, 0, 0));
    return new NodeStatus(
        "gw-a.example.net",
        ConfigFiles.key(1),
        new KeyChange(
            Step.PUBLISHING,
            ConfigFiles.key(1),
            ConfigFiles.key(5),
            false,
            -1,
            "name server ns2.example.net: without key",
            65_000),
        3_600_000,
        4711,
        7_380_000,
        117_440_512,
        "tun0",
        1420,
        List.of("10.255.0.1/32"),
        4,
        List.of("0.0.0.0:1138", "[::]:1138"),
        List.of("x25519-mlkem768-aes256gcm"),
        new Offload(true, false, true, true),
        new Encryption("AWS-LC 1.17.0", "/opt/ipae/libcrypto.so", "3bfc34aa", null),
        drops,
        5,
        Map.of("EINVAL", 3L, "ENETUNREACH", 4L),
        Map.of(Cidr.route("10.3.0.0/24").prefix(), "a route of protocol 4 is in the place"),
        List.of(up, down));
  }

  @Override
  public List<String> reload(boolean dryRun) throws ConfigErrors {
    if (invalid) {
      throw new ConfigErrors(List.of(new ConfigError("f", 1, 2, "wrong", "right it")));
    }
    return List.of(dryRun ? "+ peer would" : "+ peer did");
  }

  @Override
  public void changeKey(KeyCommand command) {
    asked.add(command);
  }

  @Override
  public boolean clearPins(String peer) {
    return peer.equals("gw-b.example.net");
  }

  @Override
  public void expect(String name) {
    expected.add(name);
  }

  @Override
  public OptionalLong ping(String peer, long timeoutMillis) {
    return switch (peer) {
      case "gw-b" -> OptionalLong.of(12_345);
      case "gw-c" -> OptionalLong.empty();
      default -> throw new NoSuchElementException(peer);
    };
  }
}
