// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.util.Arrays;
import java.util.List;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.Message.Resp;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * The responder's half of one full handshake: an INIT that has been opened, waiting for its answer.
 * Consumed by {@link #respond}. One thread.
 */
public final class Responder implements AutoCloseable {

  /** A RESP and, for status OK, the session it makes. */
  public record Answer(byte[] resp, Established established) {}

  private final CookieGate.Admission admission;
  private final HandshakeState noise;
  private final PublicKey remote;
  private final Payloads.First payload;
  private final @Nullable String vhost;
  private final Secret early;
  private final Entropy entropy;

  private Responder(
      CookieGate.Admission admission,
      HandshakeState noise,
      PublicKey remote,
      Payloads.First payload,
      Entropy entropy) {
    this.admission = admission;
    this.noise = noise;
    this.remote = remote;
    this.payload = payload;
    this.entropy = entropy;
    vhost = admission.identity().name(payload.vhost());
    early = EarlySecret.of(noise);
  }

  /** Opens an admitted INIT; null if it does not open. This is where public-key work happens. */
  public static @Nullable Responder open(CookieGate.Admission admission, Entropy entropy) {
    Init init = admission.init();
    HandshakeState noise =
        new HandshakeState(
            init.suite().noiseName(),
            false,
            Prologue.of(init.bytes()),
            admission.identity().keyPair(),
            null,
            null,
            List.of(admission.psk()),
            entropy);
    byte[] payload = new byte[Sizes.INIT_PAYLOAD];
    int n = noise.readMessage(init.bytes(), Init.NOISE, init.noiseLength(), payload, 0);
    byte[] s = n == Sizes.INIT_PAYLOAD ? noise.remoteStatic() : null;
    PublicKey remote = s == null ? null : PublicKey.fromWire(s, 0);
    if (remote == null) {
      noise.close();
      return null;
    }
    return new Responder(admission, noise, remote, Payloads.First.decode(payload), entropy);
  }

  public PublicKey remote() {
    return remote;
  }

  public Suite suite() {
    return admission.init().suite();
  }

  public Payloads.First payload() {
    return payload;
  }

  /** Name of the virtual host asked for, "" for the physical one, null if there is none such. */
  public @Nullable String vhost() {
    return vhost;
  }

  /** Traffic secret of the initiator's early data; live, owned by this object. */
  public Secret earlySecret() {
    return early;
  }

  /** Makes the RESP and the traffic secrets; the object is used up. */
  public Answer respond(Payloads.Second second) {
    Init init = admission.init();
    byte[] resp = new byte[Codec.respLength(init.suite())];
    resp[0] = MessageType.RESP;
    resp[1] = MessageType.VERSION;
    System.arraycopy(init.bytes(), Init.ID, resp, Resp.ID, 4);
    second.write(noise, resp, Resp.NOISE);
    int tagAt = resp.length - Sizes.TAG;
    if (second.status() == Payloads.Status.OK && vhost != null) {
      noise.mixHash(HostIdentity.nameBytes(vhost));
      System.arraycopy(noise.encryptAndHash(new byte[0]), 0, resp, tagAt, Sizes.TAG);
    } else {
      entropy.fill(resp, tagAt, Sizes.TAG);
    }
    byte[] ephemeral = Arrays.copyOfRange(init.bytes(), Init.NOISE, Init.NOISE + Sizes.KEY);
    return new Answer(
        resp, new Established(init.suite(), remote, ephemeral, second, noise.split()));
  }

  @Override
  public void close() {
    noise.close();
    early.close();
  }
}
