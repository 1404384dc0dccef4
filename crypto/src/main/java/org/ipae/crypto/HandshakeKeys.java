// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one handshake under their names in the Noise specification: s and e are own, rs and
 * re remote; e1 and re1 are the same for ML-KEM. Owns all of them but s.
 */
final class HandshakeKeys implements AutoCloseable {
  final X25519KeyPair s;
  final List<Secret> psks;
  @Nullable X25519KeyPair e;
  byte @Nullable [] rs;
  byte @Nullable [] re;
  MlKem768.@Nullable KeyPair e1;
  byte @Nullable [] re1;

  /** Copies the pre-shared keys. */
  HandshakeKeys(
      X25519KeyPair s, @Nullable X25519KeyPair e, byte @Nullable [] rs, List<Secret> psks) {
    this.s = s;
    this.e = e;
    this.rs = rs == null ? null : rs.clone();
    this.psks = psks.stream().map(Secret::copy).toList();
  }

  HandshakeKeys copy() {
    HandshakeKeys copy = new HandshakeKeys(s, e == null ? null : e.copy(), rs, psks);
    copy.re = re;
    copy.e1 = e1 == null ? null : e1.copy();
    copy.re1 = re1;
    return copy;
  }

  /** The result of a DH token, or null if it is refused. */
  @Nullable Secret agree(Token token, boolean initiator) {
    boolean ownEphemeral = token == Token.EE || token == (initiator ? Token.ES : Token.SE);
    boolean remoteEphemeral = token == Token.EE || token == (initiator ? Token.SE : Token.ES);
    X25519KeyPair own = ownEphemeral ? known(e) : s;
    return own.agree(known(remoteEphemeral ? re : rs));
  }

  /** The value, which the order of the tokens has made known. */
  static <T> T known(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("not known yet, or erased");
    }
    return value;
  }

  @Override
  public void close() {
    psks.forEach(Secret::close);
    if (e != null) {
      e.close();
    }
    if (e1 != null) {
      e1.close();
    }
    e = null;
    e1 = null;
    rs = null;
    re = null;
    re1 = null;
  }
}
