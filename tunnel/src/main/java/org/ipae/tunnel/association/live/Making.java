// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.live;

import java.util.List;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a session is made of.
 *
 * @param own the key of this host that the exchange was made with
 * @param initiator whether this host initiated it
 * @param vhost the virtual host that this host has asked for; null if the peer's handshake began
 *     the chain
 * @param path where lane 0 goes
 * @param parent the session that the exchange was made in, null of a full handshake
 * @param origin the own exchange that made it, null if it was the peer's
 * @param crossed the own exchanges that were under way when the peer's was answered
 */
public record Making(
    Established established,
    HostIdentity own,
    boolean initiator,
    @Nullable String vhost,
    Path path,
    @Nullable LiveSession parent,
    @Nullable Object origin,
    List<Object> crossed) {

  public Making {
    crossed = List.copyOf(crossed);
  }

  /** By a full handshake of this host. */
  public static Making ours(
      Established e, HostIdentity own, String vhost, Path path, Object origin) {
    return new Making(e, own, true, vhost, path, null, origin, List.of());
  }

  /** By an exchange of this host inside a session. */
  public static Making inside(LiveSession parent, Established e, Object origin) {
    Path path = parent.session().path();
    return new Making(e, parent.own(), true, parent.vhost(), path, parent, origin, List.of());
  }

  /** By an exchange of the peer. */
  public static Making theirs(
      Established e,
      HostIdentity own,
      Path path,
      @Nullable LiveSession parent,
      List<Object> crossed) {
    String vhost = parent == null ? null : parent.vhost();
    return new Making(e, own, false, vhost, path, parent, null, crossed);
  }
}
