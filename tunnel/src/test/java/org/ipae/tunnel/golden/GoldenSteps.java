// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.IndependentPeer.ascii;
import static org.ipae.tunnel.golden.IndependentPeer.expand;
import static org.ipae.tunnel.golden.IndependentPeer.hmac;
import static org.ipae.tunnel.golden.IndependentPeer.hmac512;
import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.ipae.tunnel.golden.IndependentPeer.sha256;
import static org.ipae.tunnel.golden.IndependentPeer.sha512;
import static org.ipae.tunnel.golden.IndependentPeer.topBit;
import static org.ipae.tunnel.golden.IndependentPeer.u16;
import static org.ipae.tunnel.golden.IndependentPeer.u32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ipae.crypto.MlKem768;
import org.ipae.crypto.Secret;
import org.ipae.crypto.independent.IndependentIk;

/**
 * What lies between the keys and the bytes of a handshake of suite 0x01: every step of it, on the
 * JDK's primitives, by somebody who knows the private keys of both sides and reads the messages.
 * What it finds must be what the messages contain, or it throws.
 */
final class GoldenSteps {
  private static final String NAME = "Noise_IKhfs+psk0_25519+MLKEM768_AESGCM_SHA512";
  private static final String VHOST = "web.example.net";

  private final Map<String, byte[]> out = new LinkedHashMap<>();
  private final Map<String, byte[]> messages;
  private byte[] h = Arrays.copyOf(ascii(NAME), 64);
  private byte[] ck = h;
  private byte[] k = {};
  private long n;

  private GoldenSteps(Map<String, byte[]> messages) {
    this.messages = messages;
  }

  /** The steps between the values of "keys" and those of "suite-1". */
  static Map<String, byte[]> of(Map<String, byte[]> keys, Map<String, byte[]> messages) {
    GoldenSteps s = new GoldenSteps(messages);
    s.handshake(keys);
    return s.out;
  }

  private byte[] value(String name) {
    return messages.get(name);
  }

  private static byte[] cut(byte[] b, int at, int length) {
    return Arrays.copyOfRange(b, at, at + length);
  }

  private byte[] put(String name, byte[] b) {
    out.put(name, b);
    return b;
  }

  private void handshake(Map<String, byte[]> keys) {
    byte[] sI = keys.get("private key I");
    byte[] sR = keys.get("private key R");
    byte[] publicI = keys.get("public key I");
    byte[] publicR = keys.get("public key R");
    byte[] eI = new Stream("I 1").bytes(32);
    byte[] eR = new Stream("R 1").bytes(32);
    byte[] init = value("INIT");
    byte[] resp = value("RESP");
    byte[] initE = cut(init, 28, 32);
    byte[] psk = cookieKeys(publicR, init, initE);

    put("start: h and ck", h);
    note(
        "prologue mixed in",
        () -> mixHash(put("prologue", join(ascii("IPAE1"), Arrays.copyOf(init, 28)))));
    note("public key R mixed in", () -> mixHash(publicR));
    note("message 1, psk", () -> mixKeyAndHash(psk));
    note(
        "message 1, e",
        () -> {
          mixHash(initE);
          mixKey(initE);
        });
    note("message 1, es", () -> mixKey(put("es, shared secret", IndependentIk.dh(eI, publicR))));
    note("message 1, e1", () -> put("e1, SHA-256", sha256(open(cut(init, 60, 1200)))));
    note("message 1, s", () -> assertArrayEquals(publicI, open(cut(init, 1260, 48))));
    note("message 1, ss", () -> mixKey(put("ss, shared secret", IndependentIk.dh(sI, publicR))));
    note("message 1, payload", () -> put("payload 1", open(cut(init, 1308, 28))));
    byte[] early = expand(ck, join(ascii("ipae1 early"), h), 64);
    assertArrayEquals(value("early secret"), early);
    lane("early lane", early, 0, "DATA early, counter 0");

    byte[] respE = cut(resp, 8, 32);
    note(
        "message 2, e",
        () -> {
          mixHash(respE);
          mixKey(respE);
        });
    note("message 2, ee", () -> mixKey(put("ee, shared secret", IndependentIk.dh(eI, respE))));
    note(
        "message 2, ekem1",
        () -> {
          byte[] ciphertext = open(cut(resp, 40, 1104));
          put("ekem1, SHA-256 of the ciphertext", sha256(ciphertext));
          mixKey(put("ekem1, shared secret", decapsulated(ciphertext)));
        });
    note("message 2, se", () -> mixKey(put("se, shared secret", IndependentIk.dh(eR, publicI))));
    note("message 2, payload", () -> put("payload 2", open(cut(resp, 1144, 72))));
    note("name mixed in", () -> mixHash(join(u16(VHOST.length()), ascii(VHOST))));
    put("vhost tag", cut(resp, 1216, 16));
    open(cut(resp, 1216, 16));
    byte[] prk = hmac512(ck, new byte[0]);
    byte[] there = hmac512(prk, new byte[] {1});
    byte[] back = hmac512(prk, there, new byte[] {2});
    assertArrayEquals(value("T(i->r)"), there);
    assertArrayEquals(value("T(r->i)"), back);
    assertArrayEquals(IndependentIk.dh(sR, respE), IndependentIk.dh(eR, publicR));
    lane("i->r, lane 0", there, 0, "DATA i->r, lane 0, id 0, counter 0: PING, IPv4, padding");
    lane("i->r, lane 1", there, 1, "DATA i->r, lane 1, id 0, counter 0: IPv4, padding");
    lane("r->i, lane 0", back, 0, "DATA r->i, lane 0, id 0, counter 0: PING, padding");
  }

  /** The derivations of 5.1 to 5.3; returns the psk. */
  private byte[] cookieKeys(byte[] publicR, byte[] init, byte[] initE) {
    byte[] head = Arrays.copyOf(init, 60);
    byte[] mac1Key = put("mac1 key", sha256(ascii("ipae1 mac1"), publicR));
    assertArrayEquals(cut(init, 1336, 8), Arrays.copyOf(hmac(mac1Key, head), 8));
    put("selector of " + VHOST, Arrays.copyOf(sha256(ascii("ipae1 vhost" + VHOST)), 8));
    byte[] cookie = put("cookie key K", cut(value("COOKIE_RESPONSE"), 36, 32));
    byte[] mac2Key = put("mac2 key", hmac(cookie, ascii("ipae1 mac2")));
    assertArrayEquals(cut(init, 1344, 4), Arrays.copyOf(hmac(mac2Key, head), 4));
    byte[] whole = Arrays.copyOf(init, 1348);
    assertArrayEquals(cut(init, 1348, 4), Arrays.copyOf(hmac(mac2Key, whole), 4));
    byte[] ageKey = put("age key", hmac(cookie, ascii("ipae1 age")));
    byte[] mask = Arrays.copyOf(hmac(ageKey, cut(init, 4, 4), initE), 4);
    assertArrayEquals(u32(1_000), xor(put("age mask", mask), cut(init, 24, 4)));
    byte[] earlyIdKey = put("early id key", hmac(cookie, ascii("ipae1 early id")));
    put("early id", topBit(hmac(earlyIdKey, initE)));
    return put("psk", hmac(cookie, ascii("ipae1 psk")));
  }

  /** The keys of a lane, and how the counter of its first datagram is masked. */
  private void lane(String name, byte[] traffic, int lane, String datagram) {
    byte[] l = {(byte) lane};
    byte[] m = value(datagram);
    byte[] key = put(name + ": key", expand(traffic, join(ascii("ipae1 key"), l), 32));
    byte[] iv = put(name + ": iv", expand(traffic, join(ascii("ipae1 iv"), l), 12));
    byte[] mask = put(name + ": mask key", expand(traffic, join(ascii("ipae1 hp"), l), 32));
    if (name.startsWith("early")) {
      assertArrayEquals(out.get("early id"), Arrays.copyOf(m, 8));
    } else {
      byte[] ids = put(name + ": id key", expand(traffic, join(ascii("ipae1 cid"), l), 32));
      for (int i = 0; i < 2; i++) {
        put(name + ": connection id " + i, topBit(hmac(ids, u32(i))));
      }
      assertArrayEquals(out.get(name + ": connection id 0"), Arrays.copyOf(m, 8));
    }
    try {
      Cipher c = Cipher.getInstance("AES/ECB/NoPadding");
      c.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(mask, "AES"));
      byte[] first = Arrays.copyOf(c.doFinal(m, 12, 16), 4);
      assertArrayEquals(new byte[4], xor(put(name + ": mask of counter 0", first), cut(m, 8, 4)));
      byte[] aad = join(Arrays.copyOf(m, 8), new byte[4]);
      put(name + ": plaintext of counter 0", gcm(key, iv, aad, cut(m, 12, m.length - 12)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] decapsulated(byte[] ciphertext) {
    Stream entropy = new Stream("I 1");
    entropy.bytes(36);
    try (MlKem768.KeyPair pair = MlKem768.generate(entropy);
        Secret shared = pair.decapsulate(ciphertext, 0)) {
      return shared.bytes().clone();
    }
  }

  // ---- Noise revision 34, section 5.2 ----

  /** Takes a step and writes down what it has changed. */
  private void note(String step, Runnable taken) {
    byte[] hBefore = h;
    byte[] ckBefore = ck;
    byte[] kBefore = k;
    taken.run();
    changed(step + ": h", hBefore, h);
    changed(step + ": ck", ckBefore, ck);
    changed(step + ": k", kBefore, k);
  }

  private void changed(String name, byte[] before, byte[] now) {
    if (!Arrays.equals(before, now)) {
      put(name, now);
    }
  }

  private void mixHash(byte[] data) {
    h = sha512(h, data);
  }

  private void mixKey(byte[] input) {
    byte[] temp = hmac512(ck, input);
    ck = hmac512(temp, new byte[] {1});
    k = Arrays.copyOf(hmac512(temp, ck, new byte[] {2}), 32);
    n = 0;
  }

  private void mixKeyAndHash(byte[] input) {
    byte[] temp = hmac512(ck, input);
    ck = hmac512(temp, new byte[] {1});
    byte[] second = hmac512(temp, ck, new byte[] {2});
    mixHash(second);
    k = Arrays.copyOf(hmac512(temp, second, new byte[] {3}), 32);
    n = 0;
  }

  /** DecryptAndHash. */
  private byte[] open(byte[] sealed) {
    byte[] nonce = join(new byte[4], IndependentPeer.u64(n++));
    try {
      byte[] plain = gcm(k, nonce, h, sealed);
      mixHash(sealed);
      return plain;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] gcm(byte[] key, byte[] nonce, byte[] aad, byte[] sealed)
      throws GeneralSecurityException {
    Cipher c = Cipher.getInstance("AES/GCM/NoPadding");
    c.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
    c.updateAAD(aad);
    return c.doFinal(sealed);
  }

  private static byte[] xor(byte[] a, byte[] b) {
    return IndependentPeer.xor(a, b);
  }
}
