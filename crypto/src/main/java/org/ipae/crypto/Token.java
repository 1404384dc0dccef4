// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

/**
 * The tokens of a handshake pattern (Noise rev 34 sections 7 and 9, and the Noise extension for
 * hybrid forward secrecy with a KEM: e1, ekem1).
 */
public enum Token {
  /** Ephemeral public key in the clear. */
  E,
  /** Static public key, encrypted once there is a key. */
  S,
  /** DH of both ephemeral keys. */
  EE,
  /** DH of the initiator's ephemeral and the responder's static key. */
  ES,
  /** DH of the initiator's static and the responder's ephemeral key. */
  SE,
  /** DH of both static keys. */
  SS,
  /** The next pre-shared key. */
  PSK,
  /** The initiator's ephemeral ML-KEM encapsulation key, encrypted. */
  E1,
  /** The ML-KEM ciphertext, encrypted, and then its secret. */
  EKEM1
}
