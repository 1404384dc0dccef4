// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ipae.tunnel.association.contact.EarlySender;
import org.ipae.tunnel.association.contact.Initiation;
import org.ipae.tunnel.association.contact.Opened;
import org.ipae.tunnel.association.contact.Queued;
import org.ipae.tunnel.association.contact.SentEarly;
import org.ipae.tunnel.association.contact.Target;
import org.ipae.tunnel.association.contact.WayBack;
import org.ipae.tunnel.association.host.Environment;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.association.live.LiveSession;
import org.ipae.tunnel.association.live.Making;
import org.ipae.tunnel.association.size.SizeProber;
import org.ipae.tunnel.link.PeerLink;
import org.ipae.tunnel.link.SendChannel;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Fact;
import org.ipae.tunnel.peer.PeerState;
import org.ipae.tunnel.peer.Why;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.Path;
import org.jspecify.annotations.Nullable;

/** Full handshakes with one peer that this side starts, and the packets that wait for them. */
final class Calling {
  /** How long a refused datagram is told, milliseconds: longer than until the next try. */
  private static final long SEND_ERROR = 10_000;

  private final Environment env;
  private final Association association;
  private final PeerLink link;
  private final Queued queued = new Queued();
  private final Initiation initiation;

  /** Null until the peer has called: most peers of a large host are quiet. */
  private @Nullable WayBack wayBack;

  /**
   * Early data of which the peer has not said yet what has come. A list only when needed: most
   * peers are quiet.
   */
  private List<SentEarly> unsure = Collections.emptyList();

  /** Whether the peer may have lost the session that is sent on. */
  private boolean suspect;

  /** Why the peer seems to refuse this host since it was last up; null if it does not. */
  private @Nullable Why refusal;

  /** From which of our ports the peer is called, as in {@link Path}. */
  private int port;

  private @Nullable String sendError;
  private long sendErrorAt;

  Calling(Environment env, Association association, PeerLink link) {
    this.env = env;
    this.association = association;
    this.link = link;
    initiation = new Initiation(env, link.number(), queued, association.config().keys());
  }

  Initiation initiation() {
    return initiation;
  }

  /** A refusal says more than that another key of the peer does not answer. */
  Why explained(Why why) {
    return why == Why.NO_ANSWER && refusal != null ? refusal : why;
  }

  Target target() {
    SizeProber sizes = association.sessions().sizes();
    return new Target(
        association.config(),
        association.endpoint(),
        association.places(),
        port,
        sizes.sizeOfInit(),
        sizes.sizeOfEarly());
  }

  /** A session that the peer has initiated was confirmed: could this host have called? */
  void called(Moment now, LiveSession live) {
    if (wayBack == null) {
      wayBack = new WayBack(env, link.number());
    }
    wayBack.called(now, live.remote(), live.session().path().remote());
    if (wayBack.shut()) {
      tellWayBack(live, true);
    }
  }

  private void tellWayBack(@Nullable LiveSession live, boolean shut) {
    if (live != null) {
      association.sessions().outlet().say(live, new Item.KeepOpen(shut));
    }
  }

  /** When {@link #tick} is due at the latest, milliseconds. */
  long deadline() {
    return wayBack == null ? Long.MAX_VALUE : wayBack.deadline();
  }

  /** Takes a COOKIE_RESPONSE; false if it answers nothing. */
  boolean cookieResponse(Moment now, CookieResponse response, Path path) {
    boolean shut = wayBack != null && wayBack.shut();
    if (wayBack != null && wayBack.answered(response)) {
      if (shut) {
        tellWayBack(association.sessions().current(), false);
      }
      return true;
    }
    switch (initiation.answer(response, target())) {
      case NONE -> {
        return false;
      }
      case NO_SUITE -> {
        refusal = refusal == null ? Why.SUITES : refusal; // shown if nothing better comes
        return false;
      }
      case JOINS -> initiation.join(now, response, path, target());
      case KEPT -> initiation.keep(now, response, path);
      case FOLLOWED -> {
        if (!association.state().followsCookies()) {
          initiation.keep(now, response, path);
        } else if (initiation.follow(now, response, path)) {
          association.handle(now, new Fact.CookieArrived());
        }
      }
    }
    return true;
  }

  /** Takes a RESP with one of this association's init ids; false if it does not open. */
  boolean response(Moment now, Resp resp, Path path) {
    Opened opened = initiation.open(now, resp, path);
    if (opened == null) {
      return false;
    }
    switch (opened.status()) {
      case OK -> {
        LiveSession live =
            association
                .sessions()
                .make(
                    now,
                    Making.ours(
                        opened.established(),
                        opened.own(),
                        opened.vhost(),
                        opened.path(),
                        opened.origin()));
        keep(initiation.accepted(now, opened));
        association.established(now, live);
      }
      case SUITES -> refused(now, opened, Why.SUITES);
      case VHOST -> refused(now, opened, Why.VHOST);
      case POLICY -> refused(now, opened, Why.POLICY);
    }
    return true;
  }

  private void refused(Moment now, Opened opened, Why why) {
    refusal = why;
    Initiation.Rest rest = initiation.refused(now, opened, target());
    if (rest == Initiation.Rest.OTHER_INITS) {
      return;
    }
    if (association.state().up()) {
      association.sessions().postponeReplacement(now);
      association.handle(now, new Fact.Refused(why));
      return;
    }
    switch (rest) {
      case NOTHING -> association.handle(now, new Fact.Refused(why));
      case OTHERS_ANSWER, OTHER_INITS -> {}
      case CALL_AGAIN -> association.handle(now, new Fact.KeyRefused());
    }
  }

  /**
   * This host's kernel has refused to send to the peer.
   *
   * @param place where; null for a session's DATA, which is only told
   * @param error the C name of the error
   */
  void sendRefused(Moment now, @Nullable Endpoint place, String error, Why why) {
    sendError = error;
    sendErrorAt = now.millis();
    if (place == null || !association.state().attempt().calls()) {
      return;
    }
    switch (initiation.sendRefused(place, target())) {
      case CALL_AGAIN -> association.handle(now, new Fact.SendRefused(false, why));
      case OTHERS_ANSWER, OTHER_INITS -> {}
      case NOTHING -> {
        association.sessions().postponeReplacement(now);
        association.handle(now, new Fact.SendRefused(true, why));
      }
    }
  }

  /** The error with which this host's kernel has refused to send to the peer of late, or null. */
  @Nullable String sendError(Moment now) {
    return now.millis() - sendErrorAt < SEND_ERROR ? sendError : null;
  }

  /**
   * The peer has not answered: the next call leaves from another port. A NAT may keep the entry of
   * this one although it leads nowhere any more, as long as something is sent by it. [HS-41]
   */
  void turnPort() {
    port = port == 0 ? Path.SPARE : 0;
  }

  /** Forgets what is under way. */
  void abandon(Moment now) {
    trust();
    keep(initiation.abandon(now));
    queued.earlyRefused();
  }

  private void keep(@Nullable SentEarly sent) {
    if (sent != null) {
      if (unsure.isEmpty()) {
        unsure = new ArrayList<>(1);
      }
      unsure.add(sent);
    }
  }

  /** Sends what waits, and asks what has come of early data. */
  void flush(Moment now, LiveSession live) {
    refusal = null;
    ask(now, live);
    send(live, queued.drain());
  }

  private void send(LiveSession live, List<byte[]> packets) {
    SendChannel channel = association.sessions().channel(live);
    for (byte[] packet : packets) {
      env.effects().item(channel, packet);
    }
  }

  private void ask(Moment now, LiveSession live) {
    for (SentEarly s : unsure) {
      if (s.due(now)) {
        association.sessions().outlet().say(live, s.question());
      }
    }
  }

  /** The peer says which early data has come: the rest goes again. */
  void earlyAnswer(LiveSession live, Item.Early answer) {
    for (SentEarly s : List.copyOf(unsure)) {
      if (s.id() == answer.id()) {
        unsure.remove(s);
        List<byte[]> missing = s.missing(answer.map());
        initiation.earlyCame(s.count() - missing.size());
        send(live, missing);
      }
    }
  }

  /** Asks again; gives up what has waited too long. */
  void tick(Moment now) {
    env.shared().counters().drop(DropReason.NO_SESSION, queued.expire(now));
    for (SentEarly s : List.copyOf(unsure)) {
      if (s.over(now)) {
        unsure.remove(s);
        env.shared().counters().drop(DropReason.NO_SESSION, s.count());
      }
    }
    LiveSession live = association.sessions().current();
    if (wayBack != null && wayBack.tick(now)) {
      tellWayBack(live, true);
    }
    if (live != null) {
      ask(now, live);
    } else if (queued.size() > 0 && !peerCalls(now)) {
      association.handle(now, new Fact.Wanted());
    }
  }

  /** The peer is no longer one. */
  void close(Moment now) {
    abandon(now);
    if (wayBack != null) {
      wayBack.close();
    }
  }

  /** Drops what waits. */
  void dropWaiting() {
    env.shared().counters().drop(DropReason.NO_SESSION, queued.clear());
  }

  /** An inner packet waits for a session. */
  void packetWaits(Moment now, byte[] packet) {
    SendChannel c = link.channel();
    if (suspect) {
      link.mirror(queued.size() + 1 < EarlySender.LIMIT);
    } else if (c != null && c.session().spend(c.cost(packet.length))) {
      env.effects().item(c, packet);
      return;
    }
    env.shared().counters().drop(DropReason.NO_SESSION, queued.add(now, packet));
    if (association.state().attempt() == Attempt.INIT) {
      initiation.sendEarly();
    }
    if (!suspect && !peerCalls(now)) {
      association.handle(now, new Fact.Wanted());
    }
  }

  /** Whether the peer's own call will make a session, or none else can. [HS-34]. */
  private boolean peerCalls(Moment now) {
    LiveSession caller = association.sessions().caller();
    return caller != null && (association.endpoint() == null || !caller.callerLate(now));
  }

  /**
   * The peer says that it does not know the live session. It may be forged, so the session goes on;
   * what is sent meanwhile is also kept as early data of the new handshake.
   */
  void unknownId(Moment now) {
    association.handle(now, new Fact.UnknownId());
    PeerState state = association.state();
    suspect = state.up() && state.attempt().calls();
    link.mirror(suspect);
  }

  /** The peer has the session that is sent on. */
  void trust() {
    suspect = false;
    link.mirror(false);
  }
}
