// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.wire.Path;

/** A RESP that opened. */
public final class Opened {
  private final Call call;
  private final Exchange exchange;
  private final Established established;
  private final Path path;

  Opened(Call call, Exchange exchange, Established established, Path path) {
    this.call = call;
    this.exchange = exchange;
    this.established = established;
    this.path = path;
  }

  Call call() {
    return call;
  }

  Exchange exchange() {
    return exchange;
  }

  public Payloads.Status status() {
    return established.payload().status();
  }

  public Established established() {
    return established;
  }

  /** The path that a session is made on. */
  public Path path() {
    return path;
  }

  /** The key of this host that called. */
  public HostIdentity own() {
    return exchange.own();
  }

  /** The virtual host that was asked for. */
  public String vhost() {
    return exchange.initiator().wish().vhost();
  }

  /** The exchange that made it, to be told apart by identity. */
  public Object origin() {
    return exchange.initiator();
  }
}
