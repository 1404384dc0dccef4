// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.net.InetAddress;
import java.util.List;
import org.ipae.crypto.PublicKey;

/**
 * What DNS says of a host now.
 *
 * @param verdict on its SRV records
 * @param reason in one line; empty if there is nothing to say
 * @param gateways those of the records that can be used, the preferred one first; none unless the
 *     verdict is secure or insecure
 * @param ignored what else the records say, and why it cannot be used
 * @param signedAt when the signatures on the SRV records, or on their denial, begin, seconds of the
 *     epoch; 0 if nothing is signed
 * @param validMillis how long the keys hold
 * @param freshMillis how long keys and addresses hold
 */
public record Published(
    Verdict verdict,
    String reason,
    List<Gateway> gateways,
    List<String> ignored,
    long signedAt,
    long validMillis,
    long freshMillis) {

  /**
   * One SRV record and the addresses of its target.
   *
   * @param priority lower first, RFC 2782
   * @param lack why there are no addresses; empty if there are
   */
  public record Gateway(
      PublicKey key,
      String target,
      int port,
      int priority,
      int weight,
      List<InetAddress> addresses,
      String lack) {
    public Gateway {
      addresses = List.copyOf(addresses);
    }
  }

  /** That there are no keys. */
  public static Published nothing(Verdict verdict, String why) {
    return new Published(verdict, why, List.of(), List.of(), 0, 0, 0);
  }

  /**
   * Whether a peer would use it.
   *
   * @param prefer whether what is not signed may be used too, on first use
   */
  public boolean usable(boolean prefer) {
    boolean good = verdict == Verdict.SECURE || (prefer && verdict == Verdict.INSECURE);
    return good && !gateways.isEmpty();
  }

  public Published {
    gateways = List.copyOf(gateways);
    ignored = List.copyOf(ignored);
  }
}
