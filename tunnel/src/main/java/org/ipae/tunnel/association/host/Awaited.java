// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What peers may answer with, and which peer each answer would be of: looking one up costs the same
 * with any number of peers, so that datagrams of strangers do too. Peers are told apart by their
 * numbers. One thread.
 */
public final class Awaited {
  private final Map<Integer, Integer> inits = new HashMap<>();
  private final Map<Long, Integer> echoes = new HashMap<>();
  private final Map<Long, Integer> sendIds = new HashMap<>();

  /** An INIT with this id is under way. */
  public void init(int id, int peer) {
    inits.put(id, peer);
  }

  /** Nothing more is expected under this init id. */
  public void forgetInit(int id, int peer) {
    inits.remove(id, peer);
  }

  /** The peer whose RESP would carry this init id, null if none would. */
  public @Nullable Integer ofInit(int id) {
    return inits.get(id);
  }

  /** A COOKIE_RESPONSE would repeat a value that starts with these 8 bytes. */
  public void echo(long start, int peer) {
    echoes.put(start, peer);
  }

  public void forgetEcho(long start) {
    echoes.remove(start);
  }

  /** The peer whose COOKIE_RESPONSE would start its echo like this, null if none would. */
  public @Nullable Integer ofEcho(long start) {
    return echoes.get(start);
  }

  /** DATA is sent to a peer under this connection id. */
  public void sends(long connectionId, int peer) {
    sendIds.put(connectionId, peer);
  }

  public void forgetSends(long connectionId) {
    sendIds.remove(connectionId);
  }

  /** The peer that DATA is sent to under this connection id, null if there is none. */
  public @Nullable Integer ofSendId(long connectionId) {
    return sendIds.get(connectionId);
  }
}
