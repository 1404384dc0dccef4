// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

import org.jspecify.annotations.Nullable;

/** What happened. */
public sealed interface Fact {

  /** A packet waits, or the peer is to be reached. */
  record Wanted() implements Fact {}

  /** A cookie came: the answer to a COOKIE_REQUEST, or to an INIT that was not admitted. */
  record CookieArrived() implements Fact {}

  /** The exchange under way has made a session. */
  record Accepted() implements Fact {}

  /** The peer answered the INIT with a refusal. */
  record Refused(Why why) implements Fact {}

  /** The peer answered the INIT with a refusal, but another static key has not been refused yet. */
  record KeyRefused() implements Fact {}

  /**
   * This host's kernel refuses to send a question or INIT.
   *
   * @param over whether all that was sent in this attempt was refused, and no place is left to ask
   * @param why {@link Why#SEND_REFUSED}, or {@link Why#NO_ROUTE}
   */
  record SendRefused(boolean over, Why why) implements Fact {}

  /** A session that the peer initiated has been confirmed. */
  record Confirmed() implements Fact {}

  /** The peer closed the session that carried traffic, and there is no other. */
  record Closed() implements Fact {}

  /** The peer says that it does not know a live id of ours. */
  record UnknownId() implements Fact {}

  /** The endpoint or an own address changed: whatever is under way starts anew. */
  record PathChanged() implements Fact {}

  /**
   * Time passes.
   *
   * @param session the session that carries traffic, or that did before the peer fell silent
   */
  record Tick(@Nullable SessionView session) implements Fact {}
}
