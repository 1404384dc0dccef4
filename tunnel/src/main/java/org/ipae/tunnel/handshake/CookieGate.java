// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DropReason;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the network and public-key work: mac1, tag, mac2, mac3, age, strike register,
 * buckets, in this order. PROTOCOL.md section 6. One thread.
 */
public final class CookieGate implements AutoCloseable {

  /** What is to be done with a datagram. */
  public sealed interface Verdict {

    /** Nothing but count it. */
    record Drop(DropReason reason) implements Verdict {}

    /**
     * Send a COOKIE_RESPONSE.
     *
     * @param refused why an INIT was not admitted; null for a COOKIE_REQUEST
     */
    record Respond(byte[] response, @Nullable DropReason refused) implements Verdict {}

    /** Send the stored RESP again. */
    record Repeat(byte[] resp) implements Verdict {}

    /** One half of an INIT is there. */
    record Wait() implements Verdict {}

    /** Public-key work is due; the receiver closes what it needs for this. */
    record Admit(Admission admission) implements Verdict {}
  }

  /**
   * An INIT that has passed.
   *
   * @param psk of its cookie; live, owned by this object
   * @param earlyId connection id of the early data that may follow
   * @param strength of the delivery of its cookie
   * @param strikeUntil until when a repeat must be recognized
   */
  public record Admission(
      Init init,
      Endpoint source,
      HostIdentity identity,
      Secret psk,
      long earlyId,
      StrikeRegister.Key strike,
      Strength strength,
      long strikeUntil)
      implements AutoCloseable {

    @Override
    public void close() {
      psk.close();
    }
  }

  private List<HostIdentity> identities;
  private int suites;
  private final CookieMint mint;
  final StrikeRegister strikes;
  private final StoredResponses stored;
  private final InitParts parts = new InitParts();
  private final ResponseLimit responses;
  private final TokenBuckets perSource;
  private final TokenBuckets perTag;
  private final TokenBuckets perPeer;

  /** For INITs under cookies that anyone may have. */
  private final WorkShare firstContacts = new WorkShare();

  /** For INITs under cookies that only peers have. */
  private final WorkShare returning = new WorkShare();

  private final WorkShare resps = new WorkShare();
  private WorkShare latest = resps;
  private final Entropy entropy;
  private final Mac2 mac2 = new Mac2();

  /**
   * @param suites bits of the suites that this host accepts
   */
  public CookieGate(
      List<HostIdentity> identities,
      int suites,
      CookieMint mint,
      HandshakeBudget budget,
      Entropy entropy) {
    this.identities = List.copyOf(identities);
    this.suites = suites;
    this.mint = mint;
    strikes = new StrikeRegister(budget.strikes());
    stored = new StoredResponses(budget.responses());
    this.entropy = entropy;
    responses =
        new ResponseLimit(
            HandshakeLimits.RESPONSES_PER_SOURCE, HandshakeLimits.RESPONSES_IN_ALL, entropy);
    perSource = buckets(HandshakeLimits.HANDSHAKES_PER_SOURCE);
    perTag = buckets(HandshakeLimits.HANDSHAKES_PER_TAG);
    perPeer = buckets(HandshakeLimits.HANDSHAKES_PER_PEER);
  }

  /** This host accepts these from now on, bits. */
  public void suites(int bits) {
    suites = bits;
  }

  /** The live keys of this host are these from now on. */
  public void identities(List<HostIdentity> live) {
    identities = List.copyOf(live);
  }

  /**
   * A new cookie for this address. The INIT of a secret one has a bucket of its own; those of
   * others share the bucket of the address.
   *
   * @param strength of its delivery
   */
  public Cookie issue(long now, Endpoint address, Strength strength) {
    return mint.issue(now, address, strength);
  }

  public long ttlSeconds() {
    return mint.ttlSeconds();
  }

  public Verdict request(long now, CookieRequest request, Endpoint source) {
    if (!responses.mayAllow(now, source)) {
      return new Verdict.Drop(DropReason.COOKIE_LIMITED);
    }
    if (identity(request.bytes(), CookieRequest.MAC1, CookieRequest.MAC1) == null) {
      return new Verdict.Drop(DropReason.UNREADABLE);
    }
    return responses.take(now, source)
        ? response(now, source, request.bytes(), CookieRequest.CLIENT_COOKIE, null)
        : new Verdict.Drop(DropReason.COOKIE_LIMITED);
  }

  public Verdict init(long now, Init init, Endpoint source) {
    HostIdentity identity = identity(init.bytes(), Sizes.INIT_MACS_COVER, init.mac1());
    if (identity == null) {
      return new Verdict.Drop(DropReason.UNREADABLE);
    }
    CookieMint.Tag tag = mint.read(now, init.bytes(), Init.TAG);
    if (tag == null) {
      return refuse(now, init, source, DropReason.COOKIE_TAG);
    }
    try (Secret key = mint.key(tag, init.bytes(), Init.TAG, source)) {
      DropReason wrong = wrong(key, init.bytes());
      return switch (wrong) {
        case null -> admit(now, init, source, identity, tag, key);
        case COOKIE_MAC -> refuse(now, init, source, wrong);
        default -> new Verdict.Drop(wrong);
      };
    }
  }

  public Verdict part(long now, InitPart part, Endpoint source) {
    HostIdentity identity = identity(part.bytes(), Sizes.INIT_MACS_COVER, InitPart.MAC1);
    if (identity == null) {
      return new Verdict.Drop(DropReason.UNREADABLE);
    }
    CookieMint.Tag tag = mint.read(now, part.bytes(), Init.TAG);
    if (tag == null) {
      return refuse(now, part, source, DropReason.COOKIE_TAG);
    }
    try (Secret key = mint.key(tag, part.bytes(), Init.TAG, source)) {
      DropReason wrong = wrong(key, part.bytes());
      if (wrong == DropReason.COOKIE_MAC) {
        return refuse(now, part, source, wrong);
      }
      if (wrong != null) {
        return new Verdict.Drop(wrong);
      }
      try (Cookie.Keys keys = Cookie.Keys.of(key)) {
        return keep(now, part, source, identity, tag, keys);
      }
    }
  }

  private Verdict keep(
      long now,
      InitPart part,
      Endpoint source,
      HostIdentity identity,
      CookieMint.Tag tag,
      Cookie.Keys keys) {
    if (stale(now, tag, age(keys, part.bytes()))) {
      return refuse(now, part, source, DropReason.COOKIE_AGE);
    }
    long gaveWay = parts.gaveWay();
    Init init = parts.add(now, source, part);
    if (init == null) {
      return parts.gaveWay() == gaveWay
          ? new Verdict.Wait()
          : new Verdict.Drop(DropReason.PART_LIMIT);
    }
    return admit(now, init, source, identity, tag, keys);
  }

  /** What the MACs of the cookie say against an INIT or INIT_PART; null if nothing. */
  private @Nullable DropReason wrong(Secret cookieKey, byte[] message) {
    mac2.cookie(cookieKey);
    if (!mac2.headFits(message)) {
      return DropReason.COOKIE_MAC; // what is left of its key ends with the next one
    }
    boolean whole = mac2.wholeFits(message);
    mac2.forget();
    return whole ? null : DropReason.INIT_ALTERED;
  }

  /** Whether there is time to open a RESP. */
  public boolean mayOpen(long now) {
    latest = resps;
    return resps.take(now);
  }

  /** The RESP has opened: only those that do not are limited. */
  public void opened() {
    resps.giveBack();
  }

  /**
   * The work that followed an {@link Verdict.Admit} or {@link #mayOpen} has taken so many
   * nanoseconds.
   */
  public void worked(long nanos) {
    latest.worked(nanos);
  }

  /** RESPs that may have to be repeated. */
  public StoredResponses stored() {
    return stored;
  }

  /** Whether an INIT of a host with this key is answered now: it has opened, so it is its own. */
  public boolean allows(long now, PublicKey initiator) {
    byte[] key = initiator.bytes();
    return perPeer.take(now, BigEndian.u64(key, 0), BigEndian.u64(key, 8));
  }

  private static boolean stale(long now, CookieMint.Tag tag, long age) {
    return Math.abs(CookieMint.elapsed(now, tag) - age) > HandshakeLimits.tolerance(age);
  }

  private static long age(Cookie.Keys keys, byte[] message) {
    int masked = BigEndian.u32(message, Init.AGE);
    return keys.maskAge(masked, message, Init.ID, Init.NOISE) & 0xffff_ffffL;
  }

  /** Remembers an INIT that has opened, and its answer. */
  public void accepted(long now, Admission a, byte[] resp) {
    strikes.insert(a.strike, a.strikeUntil);
    stored.add(now, a.strike, a.source, resp);
  }

  /** Remembers an INIT that has opened and gets no answer. */
  public void unanswered(Admission a) {
    strikes.insert(a.strike, a.strikeUntil);
  }

  private Verdict admit(
      long now,
      Init init,
      Endpoint source,
      HostIdentity identity,
      CookieMint.Tag tag,
      Secret cookieKey) {
    try (Cookie.Keys keys = Cookie.Keys.of(cookieKey)) {
      return admit(now, init, source, identity, tag, keys);
    }
  }

  private Verdict admit(
      long now,
      Init init,
      Endpoint source,
      HostIdentity identity,
      CookieMint.Tag tag,
      Cookie.Keys keys) {
    long age = age(keys, init.bytes());
    if (stale(now, tag, age)) {
      return refuse(now, init, source, DropReason.COOKIE_AGE);
    }
    StrikeRegister.Key strike = StrikeRegister.Key.of(init.bytes());
    if (strikes.contains(strike)) {
      byte[] resp = stored.to(now, strike, source);
      return resp == null ? new Verdict.Drop(DropReason.STRIKE_REPEATED) : new Verdict.Repeat(resp);
    }
    if (strikes.full(now)) {
      return refuse(now, init, source, DropReason.STRIKE_FULL);
    }
    boolean within =
        tag.strength().secret()
            ? perTag.take(
                now,
                BigEndian.u64(init.bytes(), Init.TAG),
                BigEndian.u64(init.bytes(), Init.TAG + 8))
            : perSource.take(now, ResponseLimit.sourceHi(source), ResponseLimit.sourceLo(source));
    latest = tag.strength().secret() ? returning : firstContacts;
    if (!within || !latest.take(now)) {
      return new Verdict.Drop(DropReason.HANDSHAKE_LIMITED);
    }
    byte[] e = Arrays.copyOfRange(init.bytes(), Init.NOISE, Init.NOISE + Sizes.KEY);
    return new Verdict.Admit(
        new Admission(
            init,
            source,
            identity,
            keys.psk().copy(),
            keys.earlyConnectionId(e),
            strike,
            tag.strength(),
            now + 2 * HandshakeLimits.tolerance(age) + 1));
  }

  private Verdict refuse(long now, Init init, Endpoint source, DropReason reason) {
    return respond(now, source, init.bytes(), Init.NOISE, reason);
  }

  /** Of the two parts of an INIT only the first is answered. */
  private Verdict refuse(long now, InitPart part, Endpoint source, DropReason reason) {
    return part.index() == 0
        ? respond(now, source, part.bytes(), Init.NOISE, reason)
        : new Verdict.Drop(reason);
  }

  private Verdict respond(
      long now, Endpoint source, byte[] request, int echoAt, @Nullable DropReason refused) {
    if (!responses.allows(now, source)) {
      return new Verdict.Drop(DropReason.COOKIE_LIMITED);
    }
    return response(now, source, request, echoAt, refused);
  }

  private Verdict response(
      long now, Endpoint source, byte[] request, int echoAt, @Nullable DropReason refused) {
    byte[] out = entropy.bytes(Sizes.COOKIE_RESPONSE);
    out[0] = MessageType.COOKIE_RESPONSE;
    out[1] = MessageType.VERSION;
    BigEndian.u16(out, CookieResponse.SUITES, suites);
    System.arraycopy(request, echoAt, out, CookieResponse.ECHO, Sizes.ECHO);
    Cookie cookie = mint.issue(now, source, Strength.CLEAR);
    cookie.delivered(mint.ttlSeconds()).write(out, CookieResponse.TAG);
    cookie.key().close();
    return new Verdict.Respond(out, refused);
  }

  private @Nullable HostIdentity identity(byte[] message, int covered, int at) {
    for (HostIdentity i : identities) {
      if (i.mac1().verify(message, covered, at)) {
        return i;
      }
    }
    return null;
  }

  /** Admits nothing any more. */
  @Override
  public void close() {
    mint.close();
    mac2.close();
  }

  private TokenBuckets buckets(int perSecond) {
    return new TokenBuckets(HandshakeLimits.BUCKETS, perSecond, 2 * perSecond, entropy);
  }
}
