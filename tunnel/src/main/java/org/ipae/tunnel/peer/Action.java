// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/** What is to be done. */
public enum Action {
  /** Make a COOKIE_REQUEST and send it. */
  ASK,
  /** Send the COOKIE_REQUEST again. */
  ASK_AGAIN,
  /** Take a cookie, make an INIT and send it. */
  INITIATE,
  /** Send the INIT again, byte for byte. */
  INITIATE_AGAIN,
  /** Send the INIT again, in two parts. */
  INITIATE_IN_PARTS,
  /** Start a handshake inside the session. */
  REKEY,
  /** Send its item again, byte for byte. */
  REKEY_AGAIN,
  /** Forget the exchange under way. */
  ABANDON,
  /** Forget the cookies of this peer. */
  FORGET_COOKIES,
  /** Look for the peer in another place, and from another port. */
  TURN_TO_OTHERS,
  /** Send a ping. */
  PROBE,
  /** Send a ping on the session that fell silent. */
  PROBE_SILENT,
  /** Send on no session any more. */
  SILENCE,
  /** The silent session has spoken: send on it again. */
  RESUME,
  /** End the session that carried traffic: its time is over. */
  EXPIRE,
  /** Drop the packets that wait. */
  DROP_WAITING,
  /** Tell the operator about the new state. */
  TELL
}
