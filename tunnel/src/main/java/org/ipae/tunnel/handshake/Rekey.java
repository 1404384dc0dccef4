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
    private final byte[] item;
    private final int id;

    public Start(Parent parent, int lanes, int suites, Entropy entropy) {
      this.parent = parent;
      id = BigEndian.u32(entropy.bytes(4), 0);
      X25519KeyPair e = X25519KeyPair.generate(entropy);
      ephemeral = e.publicKey().clone();
      noise = state(parent, true, id, e, entropy);
      byte[] message = new byte[parent.suite.message1Overhead() + Sizes.INIT_PAYLOAD];
      noise.writeMessage(
          new Payloads.First(HostIdentity.PHYSICAL, lanes, 0, suites).encode(), message, 0);
      item = asItem(Item.HANDSHAKE_INIT, id, message);
    }

    /** The HANDSHAKE item; repeated byte for byte. */
    public byte[] item() {
      return item;
    }

    public int id() {
      return id;
    }

    /** Reads the answering item's Noise message; null if it does not open: the exchange is over. */
    public @Nullable Established read(byte[] value) {
      byte[] payload = new byte[Sizes.RESP_PAYLOAD];
      int at = Item.HANDSHAKE_HEADER;
      int n =
          value.length == at + parent.suite.message2Overhead() + Sizes.RESP_PAYLOAD
              ? noise.readMessage(value, at, value.length - at, payload, 0)
              : -1;
      return n != Sizes.RESP_PAYLOAD
          ? null
          : new Established(
              parent.suite,
              parent.remote,
              ephemeral,
              Payloads.Second.decode(payload),
              noise.split());
    }

    @Override
    public void close() {
      noise.close();
    }
  }

  /** The responder's answer: an item and the session it makes. */
  public record Answer(byte[] item, Established established) {}

  private Rekey() {}

  /** Kind of a HANDSHAKE item's value: {@link Item#HANDSHAKE_INIT}, {@link Item#HANDSHAKE_RESP}. */
  public static int kind(byte[] value) {
    return value.length < Item.HANDSHAKE_HEADER ? 0 : value[0];
  }

  public static int id(byte[] value) {
    return BigEndian.u32(value, 1);
  }

  /** Answers an initiating item's value; null if it does not open or comes from another key. */
  public static @Nullable Answer answer(
      Parent parent, byte[] value, Function<Payloads.First, Payloads.Second> say, Entropy entropy) {
    int at = Item.HANDSHAKE_HEADER;
    int id = id(value);
    byte[] payload = new byte[Sizes.INIT_PAYLOAD];
    if (value.length != at + parent.suite.message1Overhead() + payload.length) {
      return null;
    }
    try (HandshakeState noise = state(parent, false, id, null, entropy)) {
      int n = noise.readMessage(value, at, value.length - at, payload, 0);
      byte[] s = n == payload.length ? noise.remoteStatic() : null;
      if (s == null || !parent.remote.equals(PublicKey.fromWire(s, 0))) {
        return null;
      }
      Payloads.Second second = say.apply(Payloads.First.decode(payload));
      byte[] message = new byte[parent.suite.message2Overhead() + Sizes.RESP_PAYLOAD];
      noise.writeMessage(second.encode(), message, 0);
      byte[] ephemeral = Arrays.copyOfRange(value, at, at + Sizes.KEY);
      return new Answer(
          asItem(Item.HANDSHAKE_RESP, id, message),
          new Established(parent.suite, parent.remote, ephemeral, second, noise.split()));
    }
  }

  private static HandshakeState state(
      Parent p, boolean initiator, int id, @Nullable X25519KeyPair e, Entropy entropy) {
    return new HandshakeState(
        p.suite.noiseName(),
        initiator,
        Prologue.ofRekey(p.parentId, id),
        p.s,
        e,
        initiator ? p.remote.bytes() : null,
        List.of(p.psk),
        entropy);
  }

  private static byte[] asItem(int kind, int id, byte[] message) {
    byte[] value = new byte[Item.HANDSHAKE_HEADER + message.length];
    value[0] = (byte) kind;
    BigEndian.u32(value, 1, id);
    System.arraycopy(message, 0, value, Item.HANDSHAKE_HEADER, message.length);
    return Item.of(Item.HANDSHAKE, value);
  }
}
