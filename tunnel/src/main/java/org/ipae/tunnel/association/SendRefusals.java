// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.Message;
import org.jspecify.annotations.Nullable;

/** Datagrams that this host's kernel has refused to send, and whose attempt or session they are. */
final class SendRefusals {
  private final Environment env;
  private final PeerBook peers;

  SendRefusals(Environment env, PeerBook peers) {
    this.env = env;
    this.peers = peers;
  }

  /**
   * Tells the peer's association.
   *
   * @return the association that it concerns, null if there is none
   */
  @Nullable Association came(Moment now, Notice.SendRefused refused) {
    // Anyone can answer an earlier datagram with an ICMP error: then the routes tell.
    if (!refused.sure() && env.effects().reachable(refused.to())) {
      return null;
    }
    byte[] b = refused.datagram();
    boolean data = Codec.isData(b, 0, b.length);
    Integer number =
        data
            ? env.awaited().ofSendId(DataHeader.connectionId(b, 0))
            : caller(Codec.decode(b, 0, b.length));
    Association a = number == null ? null : peers.numbered(number);
    if (a != null) {
      a.calling()
          .sendRefused(
              now,
              data ? null : refused.to(),
              refused.error(),
              refused.sure() ? Why.SEND_REFUSED : Why.NO_ROUTE);
    }
    return a;
  }

  private @Nullable Integer caller(@Nullable Message message) {
    return switch (message) {
      case Message.CookieRequest m ->
          env.awaited().ofEcho(BigEndian.u64(m.bytes(), Message.CookieRequest.CLIENT_COOKIE));
      case Message.Init m -> env.awaited().ofInit(m.id());
      case Message.InitPart m -> env.awaited().ofInit(m.id());
      case null, default -> null;
    };
  }
}
