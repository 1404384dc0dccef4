// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.InitPart;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * The initiator's half of one full handshake: an INIT that has been made, waiting for its RESP. A
 * RESP that does not open changes nothing. One thread.
 */
public final class Initiator implements AutoCloseable {

  /**
   * Who asks whom for what.
   *
   * @param vhost name of the virtual host, "" for the physical one
   * @param anonymous whether {@code s} is of this handshake only
   */
  public record Wish(
      X25519KeyPair s,
      PublicKey responder,
      Suite suite,
      int suitesSeen,
      int lanes,
      String vhost,
      boolean anonymous) {}

  private final Wish wish;
  private final HandshakeState noise;
  private final Secret early;
  private final long earlyId;
  private final byte[] ephemeral;
  private final byte[] init;
  private final byte[][] parts;

  /**
   * Makes an INIT.
   *
   * @param age milliseconds since the cookie was received
   */
  public Initiator(Wish wish, Cookie cookie, long age, Entropy entropy) {
    this.wish = wish;
    X25519KeyPair e = X25519KeyPair.generate(entropy);
    ephemeral = e.publicKey().clone();
    init = new byte[Codec.initLength(wish.suite)];
    init[0] = MessageType.INIT;
    init[1] = MessageType.VERSION;
    init[Init.SUITE] = (byte) wish.suite.id();
    entropy.fill(init, Init.ID, 4);
    System.arraycopy(cookie.tag(), 0, init, Init.TAG, Sizes.COOKIE_TAG);
    System.arraycopy(ephemeral, 0, init, Init.NOISE, ephemeral.length);
    try (Cookie.Keys keys = Cookie.Keys.of(cookie.key())) {
      BigEndian.u32(init, Init.AGE, keys.maskAge((int) age, init, Init.ID, Init.NOISE));
      noise =
          new HandshakeState(
              wish.suite.noiseName(),
              true,
              Prologue.of(init),
              wish.s,
              e,
              wish.responder.bytes(),
              List.of(keys.psk()),
              entropy);
      earlyId = keys.earlyConnectionId(ephemeral);
    }
    Payloads.First payload =
        new Payloads.First(
            HostIdentity.selector(wish.vhost),
            wish.lanes,
            wish.anonymous ? Payloads.ANONYMOUS : 0,
            wish.suitesSeen);
    noise.writeMessage(payload.encode(), init, Init.NOISE);
    early = EarlySecret.of(noise);
    parts = wish.suite.hybrid() ? InitParts.split(init) : new byte[0][];
    try (Mac1 mac1 = new Mac1(wish.responder);
        Mac2 mac2 = new Mac2()) {
      mac2.cookie(cookie.key());
      mac1.write(init, Sizes.INIT_MACS_COVER, new Init(init, wish.suite).mac1());
      mac2.write(init);
      for (byte[] part : parts) {
        mac1.write(part, Sizes.INIT_MACS_COVER, InitPart.MAC1);
        mac2.write(part);
      }
    }
  }

  public Wish wish() {
    return wish;
  }

  /** The INIT; repeated byte for byte. */
  public byte[] init() {
    return init;
  }

  /** The INIT in two parts for small paths; empty if it is small itself. */
  public byte[][] parts() {
    return parts;
  }

  public int id() {
    return BigEndian.u32(init, Init.ID);
  }

  /** Traffic secret of early data; live, owned by this object. */
  public Secret earlySecret() {
    return early;
  }

  public long earlyId() {
    return earlyId;
  }

  /** Whether a COOKIE_RESPONSE answers this INIT. */
  public boolean echoed(byte[] response, int echoAt) {
    for (int i = 0; i < Sizes.ECHO; i++) {
      if (response[echoAt + i] != ephemeral[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a RESP.
   *
   * @return null if it does not open, which changes nothing
   */
  public @Nullable Established read(Resp resp) {
    if (resp.flags() != 0
        || resp.id() != id()
        || resp.bytes().length != Codec.respLength(wish.suite)) {
      return null;
    }
    try (HandshakeState attempt = noise.copy()) {
      Payloads.Second second =
          Payloads.Second.read(attempt, wish.suite, resp.bytes(), Resp.NOISE, resp.noiseLength());
      if (second == null) {
        return null;
      }
      if (second.status() == Payloads.Status.OK) {
        attempt.mixHash(HostIdentity.nameBytes(wish.vhost));
        byte[] tag = Arrays.copyOfRange(resp.bytes(), resp.vhostTag(), resp.bytes().length);
        if (attempt.decryptAndHash(tag) == null) {
          second.next().key().close();
          return null;
        }
      }
      return new Established(wish.suite, wish.responder, ephemeral, second, attempt.split());
    }
  }

  @Override
  public void close() {
    noise.close();
    early.close();
  }
}
