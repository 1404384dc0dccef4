// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * The same exchange carried as HANDSHAKE items inside a live session: psk0 and prologue come from
 * the parent session, there is no cookie and no MAC, and {@code s} must be the parent's. One
 * thread.
 */
public final class Rekey {

  /**
   * What the exchange is bound to.
   *
   * @param psk live secret of the parent session
   * @param parentId live secret of the parent session
   * @param remote key of the other side in the parent session
   */
  public record Parent(
      Suite suite, X25519KeyPair s, PublicKey remote, Secret psk, Secret parentId) {}

  /** The initiator's half. */
  public static final class Start implements AutoCloseable {
    private final Parent parent;
    private final HandshakeState noise;
    private final byte[] ephemeral;
    private final Item.Handshake item;

    public Start(Parent parent, int lanes, int suites, Entropy entropy) {
      this.parent = parent;
      int id = BigEndian.u32(entropy.bytes(4), 0);
      X25519KeyPair e = X25519KeyPair.generate(entropy);
      ephemeral = e.publicKey().clone();
      noise = state(parent, true, id, e, entropy);
      byte[] message = new byte[parent.suite.message1Overhead() + Sizes.INIT_PAYLOAD];
      noise.writeMessage(
          new Payloads.First(HostIdentity.PHYSICAL, lanes, 0, suites).encode(), message, 0);
      item = new Item.Handshake(false, id, message);
    }

    /** Message 1; repeated byte for byte. */
    public Item.Handshake item() {
      return item;
    }

    /** Which exchange this is; the same in its answer. */
    public int id() {
      return item.id();
    }

    /** Reads the answer; null if it does not open: the exchange is over. */
    public @Nullable Established read(Item.Handshake answer) {
      byte[] message = answer.message();
      Payloads.Second second =
          message.length == parent.suite.message2Overhead() + Sizes.RESP_PAYLOAD
              ? Payloads.Second.read(noise, parent.suite, message, 0, message.length)
              : null;
      return second == null
          ? null
          : new Established(parent.suite, parent.remote, ephemeral, second, noise.split());
    }

    @Override
    public void close() {
      noise.close();
    }
  }

  /** The responder's answer: an item and the session it makes. */
  public record Answer(Item.Handshake item, Established established) {}

  private Rekey() {}

  /**
   * Answers message 1; null if it does not open or comes from another key.
   *
   * @param say payload 2; its cookie is closed here
   */
  public static @Nullable Answer answer(
      Parent parent,
      Item.Handshake first,
      Function<Payloads.First, Payloads.Second> say,
      Entropy entropy) {
    byte[] in = first.message();
    byte[] payload = new byte[Sizes.INIT_PAYLOAD];
    if (in.length != parent.suite.message1Overhead() + payload.length) {
      return null;
    }
    try (HandshakeState noise = state(parent, false, first.id(), null, entropy)) {
      int n = noise.readMessage(in, 0, in.length, payload, 0);
      byte[] s = n == payload.length ? noise.remoteStatic() : null;
      if (s == null || !parent.remote.equals(PublicKey.fromWire(s, 0))) {
        return null;
      }
      Payloads.Second second = say.apply(Payloads.First.decode(payload));
      byte[] message = new byte[parent.suite.message2Overhead() + Sizes.RESP_PAYLOAD];
      second.write(noise, message, 0);
      second.next().key().close();
      byte[] ephemeral = Arrays.copyOfRange(in, 0, Sizes.KEY);
      return new Answer(
          new Item.Handshake(true, first.id(), message),
          new Established(parent.suite, parent.remote, ephemeral, second, noise.split()));
    }
  }

  private static HandshakeState state(
      Parent p, boolean initiator, int id, @Nullable X25519KeyPair e, Entropy entropy) {
    try (Secret prologue = Prologue.ofRekey(p.parentId, id)) {
      return new HandshakeState(
          p.suite.noiseName(),
          initiator,
          prologue.bytes(),
          p.s,
          e,
          initiator ? p.remote.bytes() : null,
          List.of(p.psk),
          entropy);
    }
  }
}
