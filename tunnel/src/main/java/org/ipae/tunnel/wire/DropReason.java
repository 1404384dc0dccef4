package org.ipae.tunnel.wire;

import java.util.Locale;

/** Why a datagram or a packet was dropped. Every drop is counted under exactly one of these. */
public enum DropReason {
  // datagrams from the network, before any session
  MALFORMED("no message of this version"),
  UNREADABLE("mac1 under no key of this host: wrong key, or not IPAE"),
  COOKIE_LIMITED("cookie response held back by the rate limit"),
  COOKIE_TAG("INIT with an unknown or expired cookie"),
  COOKIE_MAC("INIT whose cookie belongs to another address or is not the sender's"),
  COOKIE_AGE("INIT whose age is out of tolerance"),
  STRIKE_REPEATED("INIT seen before from elsewhere"),
  STRIKE_FULL("no room to remember another INIT"),
  HANDSHAKE_LIMITED("INIT over the rate limit of its source"),
  UNCONFIRMED_LIMIT("too many sessions of this source wait for confirmation"),
  NOISE("handshake message that does not open"),
  POLICY("key that the configuration does not know"),
  SUITES("suites that do not match"),
  VHOST("virtual host that is unknown"),
  PART_LIMIT("INIT part beyond the parts kept for its source"),
  STALE_RESPONSE("response to nothing that was asked"),
  QUEUE_FULL("control is busy"),
  // data
  UNKNOWN_ID("data under an unknown connection id"),
  FORGED("data that does not open"),
  REPLAYED("data seen before or older than the window"),
  SESSION_OVER("data of a session that has ended"),
  BAD_ITEM("plaintext that is no sequence of items, or an item that cannot be read"),
  UNKNOWN_ITEM("item of an unknown type"),
  BAD_FRAGMENT("fragment that fits nothing, or too many of them"),
  NOT_IP("inner packet that is not IP, or whose lengths lie"),
  CONGESTION("packet without ECN that met congestion on the outer path"),
  WRONG_SOURCE("inner source address that is not routed to the peer that sent it"),
  // packets from the TUN device
  NO_ROUTE("inner packet to an address that is routed to no peer"),
  NO_SESSION("inner packet while the peer is down"),
  TOO_BIG("inner packet larger than the path carries, not to be cut: its sender is told"),
  USED_UP("inner packet while the keys are used up"),
  // the kernel
  SEND_REFUSED("datagram that the kernel did not send"),
  TUN_REFUSED("packet that the TUN device did not take");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /** One clause that a person understands. */
  public String text() {
    return text;
  }

  /** The name in JSON and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
