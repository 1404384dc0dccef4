// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.HmacSha256;
import org.ipae.crypto.Secret;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.DataHeader;
import org.ipae.tunnel.wire.Item;

/**
 * A host-to-host cookie as its holder knows it: a tag that looks random and a key that proves that
 * the holder received it. PROTOCOL.md section 6.
 *
 * @param tag 16 bytes, sent in the clear once
 * @param key 32 bytes, never sent by the holder
 * @param strength of its delivery
 */
public record Cookie(byte[] tag, Secret key, Strength strength) {

  /** The keys that both sides derive from the cookie key, besides those of {@link Mac2}. */
  record Keys(HmacSha256 age, HmacSha256 earlyId, Secret psk) implements AutoCloseable {

    /** The cookie's key stays the caller's. */
    static Keys of(Secret cookieKey) {
      try (HmacSha256 mac = new HmacSha256(cookieKey.bytes());
          Secret age = mac.derive(Labels.AGE);
          Secret earlyId = mac.derive(Labels.EARLY_ID)) {
        return new Keys(
            new HmacSha256(age.bytes()), new HmacSha256(earlyId.bytes()), mac.derive(Labels.PSK));
      }
    }

    /** Masks or unmasks an age: XOR with the first four bytes of HMAC(age key, init id || e). */
    int maskAge(int age, byte[] init, int idAt, int ephemeralAt) {
      byte[] in = new byte[36];
      System.arraycopy(init, idAt, in, 0, 4);
      System.arraycopy(init, ephemeralAt, in, 4, 32);
      return age ^ BigEndian.u32(age().mac(in), 0);
    }

    /** Connection id of the early data that follows an INIT with this ephemeral. */
    long earlyConnectionId(byte[] ephemeral) {
      return BigEndian.u64(earlyId().mac(ephemeral), 0) | DataHeader.TOP_BIT;
    }

    @Override
    public void close() {
      age.close();
      earlyId.close();
      psk.close();
    }
  }

  /** What was delivered; takes ownership of its key. */
  public static Cookie of(Item.Cookies.Cookie delivered, Strength strength) {
    return new Cookie(delivered.tag(), Secret.take(delivered.key()), strength);
  }

  /** How it is delivered; shares its key, and so has to be written before that is closed. */
  public Item.Cookies.Cookie delivered(long ttlSeconds) {
    return new Item.Cookies.Cookie(tag, key.bytes(), ttlSeconds);
  }

  @Override
  public String toString() {
    return "cookie";
  }
}
