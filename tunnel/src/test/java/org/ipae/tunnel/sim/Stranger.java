// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.Message.Init;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;

/**
 * Somebody at an address of its own who knows a gateway's key and asks it for a cookie, as anyone
 * may.
 */
final class Stranger {
  private static final Suite SUITE = Suite.X25519_MLKEM768_AES256GCM;
  private static final long AGAIN = 500 * Simulation.MS;

  private final Simulation sim;
  private final SimHost gateway;
  private final Endpoint address;
  private final SimEntropy entropy;
  private Cookie cookie;
  private HmacSha256 mac2;
  private HmacSha256 age;
  private long cookieAt;

  Stranger(Simulation sim, SimHost gateway, Endpoint address) {
    this.sim = sim;
    this.gateway = gateway;
    this.address = address;
    entropy = new SimEntropy(sim.random.nextLong());
    sim.tap((from, to, b) -> {
      boolean answer = b[0] == MessageType.COOKIE_RESPONSE && to.equals(address);
      if (cookie == null && answer && from.equals(gateway.address)) {
        learn(b);
      }
      return b;
    });
    ask();
  }

  private void ask() {
    if (cookie == null) {
      sim.deliver(address, gateway.address, request(gateway, entropy));
      sim.after(AGAIN, this::ask);
    }
  }

  /** A COOKIE_REQUEST with a right mac1. */
  static byte[] request(SimHost gateway, SimEntropy entropy) {
    byte[] b = entropy.bytes(Sizes.COOKIE_REQUEST);
    b[0] = MessageType.COOKIE_REQUEST;
    b[1] = MessageType.VERSION;
    try (Mac1 mac1 = new Mac1(gateway.publicKey())) {
      mac1.write(b, CookieRequest.MAC1, CookieRequest.MAC1);
    }
    return b;
  }

  private void learn(byte[] b) {
    cookie =
        new Cookie(
            Arrays.copyOfRange(b, CookieResponse.TAG, CookieResponse.KEY),
            Secret.copyOf(b, CookieResponse.KEY, Sizes.COOKIE_KEY),
            Strength.CLEAR);
    HmacSha256 key = new HmacSha256(cookie.key().bytes());
    mac2 = new HmacSha256(key.mac("ipae1 mac2".getBytes(StandardCharsets.US_ASCII)));
    age = new HmacSha256(key.mac("ipae1 age".getBytes(StandardCharsets.US_ASCII)));
    cookieAt = sim.now();
  }

  private int age() {
    return (int) ((sim.now() - cookieAt) / Simulation.MS);
  }

  /** Sends an INIT of this key that opens, once there is a cookie. */
  void init(X25519KeyPair key) {
    if (cookie == null) {
      return;
    }
    Initiator.Wish wish =
        new Initiator.Wish(key, gateway.publicKey(), SUITE, SUITE.bit(), 1, "", false);
    try (Initiator initiator = new Initiator(wish, cookie, age(), entropy)) {
      sim.deliver(address, gateway.address, initiator.init());
    }
  }

  /**
   * Sends an INIT, or the first part of one, of which the gate finds all right and that does not
   * open, once there is a cookie.
   */
  void junk(boolean part) {
    if (cookie == null) {
      return;
    }
    byte[] b = entropy.bytes(part ? Sizes.INIT_PART : Sizes.INIT_HYBRID);
    b[0] = (byte) (part ? MessageType.INIT_PART : MessageType.INIT);
    b[1] = MessageType.VERSION;
    b[Init.SUITE] = (byte) SUITE.id();
    b[Init.FLAGS] = 0;
    System.arraycopy(cookie.tag(), 0, b, Init.TAG, Sizes.COOKIE_TAG);
    byte[] mask =
        age.mac(
            Arrays.copyOfRange(b, Init.ID, Init.ID + 4),
            Arrays.copyOfRange(b, Init.NOISE, Init.NOISE + Sizes.KEY));
    BigEndian.u32(b, Init.AGE, age() ^ BigEndian.u32(mask, 0));
    try (Mac1 mac1 = new Mac1(gateway.publicKey())) {
      mac1.write(b, Sizes.INIT_MACS_COVER, b.length - Sizes.INIT_MACS);
    }
    byte[] head = mac2.mac(Arrays.copyOf(b, Sizes.INIT_MACS_COVER));
    System.arraycopy(head, 0, b, b.length - 2 * Sizes.HALF_MAC, Sizes.HALF_MAC);
    byte[] whole = mac2.mac(Arrays.copyOf(b, b.length - Sizes.HALF_MAC));
    System.arraycopy(whole, 0, b, b.length - Sizes.HALF_MAC, Sizes.HALF_MAC);
    sim.deliver(address, gateway.address, b);
  }
}
