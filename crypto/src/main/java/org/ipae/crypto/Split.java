// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

/**
 * What a handshake gives (Noise rev 34 section 5.2, Split): a secret for each direction, the
 * untruncated 64 bytes of HKDF(ck, empty, 2). Noise transport keys are their first 32 bytes.
 */
public final class Split implements AutoCloseable {
  private final Secret initiatorToResponder;
  private final Secret responderToInitiator;

  Split(Secret initiatorToResponder, Secret responderToInitiator) {
    this.initiatorToResponder = initiatorToResponder;
    this.responderToInitiator = responderToInitiator;
  }

  /** 64 bytes, owned by this object. */
  public Secret initiatorToResponder() {
    return initiatorToResponder;
  }

  /** 64 bytes, owned by this object. */
  public Secret responderToInitiator() {
    return responderToInitiator;
  }

  @Override
  public void close() {
    initiatorToResponder.close();
    responderToInitiator.close();
  }
}
