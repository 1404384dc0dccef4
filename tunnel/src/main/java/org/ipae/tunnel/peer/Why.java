// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/** Why a peer is up or down, as the operator reads it. */
public enum Why {
  STARTING("not tried yet"),
  UP("up"),
  IDLE("idle: no traffic; the next packet reconnects"),
  NO_ENDPOINT("no endpoint known; waiting for the peer to connect"),
  NO_KEY("none of its keys is valid any more"),
  NO_ROUTE("no route to its endpoint"),
  SEND_REFUSED("this host's kernel refuses to send to it"),
  CONNECTING("connecting"),
  NO_ANSWER("no answer, or the key in the configuration is not the peer's"),
  COOKIE_REFUSED("the peer rejects the cookies it issued"),
  SUITES("no suite in common"),
  POLICY("the peer does not know this host's key"),
  VHOST("the peer has no such virtual host"),
  DEAD("stopped answering"),
  CLOSED("closed by the peer");

  private final String text;

  Why(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  /** Whether nothing could be sent: what is sent sooner than later fails likewise. */
  boolean unsent() {
    return this == NO_ROUTE || this == SEND_REFUSED;
  }
}
