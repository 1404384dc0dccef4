// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.Locale;

/** Why a datagram or a packet was dropped. Every drop is counted under exactly one of these. */
public enum DropReason {
  // datagrams from the network, before any session
  MALFORMED("not a message of this protocol version"),
  UNREADABLE("request made for another key, or not IPAE at all"),
  COOKIE_LIMITED("cookie response withheld by the rate limit"),
  COOKIE_TAG("INIT with an unknown or expired cookie"),
  COOKIE_MAC("INIT whose cookie was issued to another address or another sender"),
  INIT_ALTERED("INIT that somebody changed on its way"),
  COOKIE_AGE("INIT whose age is outside the tolerance"),
  STRIKE_REPEATED("INIT that was seen before"),
  STRIKE_FULL("no room to remember another INIT"),
  HANDSHAKE_LIMITED("INIT above the rate limit"),
  UNCONFIRMED_LIMIT("INIT while too many sessions are unconfirmed"),
  RESP_LIMITED("RESP after too many that cannot be decrypted"),
  NOISE("handshake message that cannot be decrypted"),
  POLICY("INIT from a key that is not in the configuration"),
  SUITES("INIT with suites that do not match"),
  VHOST("INIT for an unknown virtual host"),
  PART_LIMIT("INIT_PART that gave way to a newer one"),
  STALE_RESPONSE("response that matches no request of this host"),
  QUEUE_FULL("the control thread's queue was full"),
  // data
  UNKNOWN_ID("data with an unknown connection id"),
  FORGED("data that cannot be decrypted"),
  REPLAYED("data that was seen before or is older than the replay window"),
  SESSION_OVER("data for a session that has ended"),
  BAD_ITEM("malformed item"),
  UNKNOWN_ITEM("item of an unknown type"),
  BAD_FRAGMENT("fragment that fits no other, or one too many"),
  NOT_IP("inner packet that is not IP, or whose length fields are wrong"),
  CONGESTION("packet without ECN that met congestion on the outer path"),
  WRONG_SOURCE("inner source address that is not routed to the peer that sent it"),
  // packets from the TUN device
  NO_ROUTE("inner packet to an address that is routed to no peer"),
  NO_SESSION("inner packet to a peer that is down"),
  TOO_BIG(
      "inner packet that is too big for the path and must not be fragmented; its sender is told"),
  REDIRECT("ICMP redirect of the own kernel, which would be wrong behind the tunnel"),
  USED_UP("inner packet while the session may encrypt no more"),
  // the kernel
  SEND_REFUSED("datagram that the kernel refused to send"),
  TUN_REFUSED("packet that the TUN device refused");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /** One clause for people. */
  public String text() {
    return text;
  }

  /** The name in JSON and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
