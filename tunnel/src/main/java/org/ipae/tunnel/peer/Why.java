package org.ipae.tunnel.peer;

/** Why a peer is as it is, for people. */
public enum Why {
  STARTING("not tried yet"),
  UP("up"),
  IDLE("idle: no traffic, the next packet opens it again"),
  NO_ENDPOINT("no endpoint known: waits for the peer"),
  NO_KEY("none of its keys is good any more"),
  NO_ROUTE("no route to its endpoint"),
  CONNECTING("connecting"),
  NO_ANSWER("no answer, or the key in the configuration is not the peer's"),
  COOKIE_REFUSED("the peer refuses every cookie it gives"),
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
}
