// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ipae.crypto.independent.IndependentIk;

/**
 * A second implementation of the protocol, for tests only, written from PROTOCOL.md on the JDK's
 * primitives. It shares no code with the one it checks. As a responder it makes random cookies and
 * remembers them, which section 6.2 leaves free.
 */
final class IndependentPeer {
  private static final String[] NOISE = {
    null,
    "Noise_IKhfs+psk0_25519+MLKEM768_AESGCM_SHA512",
    "Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA512",
    "Noise_IKpsk0_25519_AESGCM_SHA512"
  };

  private final Random random;
  private final Map<String, byte[]> issued = new HashMap<>();
  final byte[] privateKey;
  final byte[] publicKey;

  /** What the holder of a cookie knows. */
  record Cookie(byte[] tag, byte[] key, long ttlSeconds, int suites) {}

  /** An INIT under way, with the traffic secret and the connection id of its early data. */
  record Init(byte[] bytes, int suite, IndependentIk noise, byte[] earlySecret, byte[] earlyId) {}

  /** What a RESP said, and for status 0 the two traffic secrets. */
  record Answer(int status, int lanes, boolean early, int suites, Cookie next, byte[][] traffic) {}

  /** An INIT that has been opened. */
  record Opened(
      byte[] init,
      int suite,
      long age,
      byte[] s,
      byte[] payload,
      IndependentIk noise,
      byte[] earlySecret,
      byte[] earlyId) {}

  IndependentPeer(long seed) {
    random = new Random(seed);
    privateKey = bytes(32);
    publicKey = IndependentIk.publicKey(privateKey);
  }

  byte[] bytes(int n) {
    byte[] out = new byte[n];
    random.nextBytes(out);
    return out;
  }

  // ---- primitives ----

  static byte[] join(byte[]... parts) {
    int n = 0;
    for (byte[] p : parts) {
      n += p.length;
    }
    ByteBuffer out = ByteBuffer.allocate(n);
    for (byte[] p : parts) {
      out.put(p);
    }
    return out.array();
  }

  static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] u16(int v) {
    return new byte[] {(byte) (v >> 8), (byte) v};
  }

  static byte[] u32(long v) {
    return ByteBuffer.allocate(4).putInt((int) v).array();
  }

  static byte[] u64(long v) {
    return ByteBuffer.allocate(8).putLong(v).array();
  }

  static byte[] sha256(byte[]... parts) {
    return hash("SHA-256", parts);
  }

  static byte[] sha512(byte[]... parts) {
    return hash("SHA-512", parts);
  }

  private static byte[] hash(String algorithm, byte[]... parts) {
    try {
      return MessageDigest.getInstance(algorithm).digest(join(parts));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] mac(String algorithm, byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return mac.doFinal(join(parts));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    return mac("HmacSHA256", key, parts);
  }

  static byte[] hmac512(byte[] key, byte[]... parts) {
    return mac("HmacSHA512", key, parts);
  }

  static byte[] expand(byte[] prk, byte[] info, int length) {
    byte[] out = new byte[0];
    byte[] block = new byte[0];
    for (int i = 1; out.length < length; i++) {
      block = mac("HmacSHA512", prk, block, info, new byte[] {(byte) i});
      out = join(out, block);
    }
    return Arrays.copyOf(out, length);
  }

  static byte[] xor(byte[] a, byte[] b) {
    byte[] out = a.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] ^= b[i];
    }
    return out;
  }

  static byte[] topBit(byte[] id) {
    byte[] out = Arrays.copyOf(id, 8);
    out[0] |= (byte) 0x80;
    return out;
  }

  static byte[] mac1(byte[] hostKey, byte[] covered) {
    return Arrays.copyOf(hmac(sha256(ascii("ipae1 mac1"), hostKey), covered), 8);
  }

  /** mac2 and mac3. */
  private static byte[] mac(byte[] cookieKey, byte[] covered) {
    return Arrays.copyOf(hmac(hmac(cookieKey, ascii("ipae1 mac2")), covered), 4);
  }

  /** An INIT or INIT_PART with its three MACs. [HS-32] */
  static byte[] withMacs(byte[] m, byte[] hostKey, byte[] cookieKey) {
    byte[] head = Arrays.copyOf(m, 60);
    byte[] rest = join(m, mac1(hostKey, head), mac(cookieKey, head));
    return join(rest, mac(cookieKey, rest));
  }

  /** Section 3.3. */
  static String keyText(byte[] key) {
    StringBuilder out = new StringBuilder("k1");
    StringBuilder bits = new StringBuilder();
    for (byte b : join(key, Arrays.copyOf(sha256(join(ascii("ipae1 key"), key)), 3))) {
      bits.append(String.format("%8s", Integer.toBinaryString(b & 0xff)).replace(' ', '0'));
    }
    for (int i = 0; i < bits.length(); i += 5) {
      int v = Integer.parseInt(bits.substring(i, i + 5), 2);
      out.append("abcdefghijklmnopqrstuvwxyz234567".charAt(v));
    }
    return out.toString();
  }

  static byte[] selector(String name) {
    return name.isEmpty() ? new byte[8] : Arrays.copyOf(sha256(ascii("ipae1 vhost" + name)), 8);
  }

  private static byte[] prologue(byte[] init) {
    return join(ascii("IPAE1"), Arrays.copyOf(init, 28));
  }

  private static byte[] earlySecret(IndependentIk noise) {
    return expand(noise.chainingKey(), join(ascii("ipae1 early"), noise.handshakeHash()), 64);
  }

  private static byte[] earlyId(byte[] cookieKey, byte[] e) {
    return topBit(hmac(hmac(cookieKey, ascii("ipae1 early id")), e));
  }

  // ---- as an initiator ----

  byte[] cookieRequest(byte[] hostKey, int suites) {
    byte[] covered = join(new byte[] {1, 1}, u16(suites), bytes(16), bytes(100));
    return join(covered, mac1(hostKey, covered));
  }

  /** The cookie of a COOKIE_RESPONSE, null if it is none with this echo. */
  static Cookie cookieResponse(byte[] m, byte[] echo) {
    ByteBuffer in = ByteBuffer.wrap(m);
    if (m.length != 76
        || m[0] != 2
        || m[1] != 1
        || !Arrays.equals(Arrays.copyOfRange(m, 4, 20), echo)) {
      return null;
    }
    return new Cookie(
        Arrays.copyOfRange(m, 20, 36),
        Arrays.copyOfRange(m, 36, 68),
        in.getInt(68) & 0xffff_ffffL,
        in.getShort(2) & 0xffff);
  }

  Init init(int suite, byte[] hostKey, Cookie cookie, long age, String vhost, int lanes) {
    return init(suite, hostKey, cookie, age, vhost, lanes, cookie.suites(), privateKey, 0);
  }

  Init init(
      int suite,
      byte[] hostKey,
      Cookie cookie,
      long age,
      String vhost,
      int lanes,
      int suitesSeen,
      byte[] s,
      int flags) {
    byte[] ephemeral = bytes(32);
    byte[] e = IndependentIk.publicKey(ephemeral);
    byte[] id = bytes(4);
    byte[] mask = Arrays.copyOf(hmac(hmac(cookie.key(), ascii("ipae1 age")), id, e), 4);
    byte[] head = join(new byte[] {3, 1, (byte) suite, 0}, id, cookie.tag(), xor(u32(age), mask));
    IndependentIk noise =
        new IndependentIk(
            NOISE[suite],
            true,
            prologue(head),
            s,
            ephemeral,
            hostKey,
            hmac(cookie.key(), ascii("ipae1 psk")));
    byte[] payload =
        join(selector(vhost), new byte[] {(byte) lanes, (byte) flags}, u16(suitesSeen));
    byte[] message = noise.write(payload);
    byte[] init = withMacs(join(head, message), hostKey, cookie.key());
    return new Init(init, suite, noise, earlySecret(noise), earlyId(cookie.key(), e));
  }

  /** Section 4.5. */
  static byte[][] parts(byte[] init, byte[] hostKey, byte[] cookieKey) {
    byte[][] out = new byte[2][];
    for (int i = 0; i < 2; i++) {
      byte[] part =
          join(
              new byte[] {5, 1, init[2], (byte) i},
              Arrays.copyOfRange(init, 4, 60),
              Arrays.copyOfRange(init, 60 + 638 * i, 60 + 638 * (i + 1)));
      out[i] = withMacs(part, hostKey, cookieKey);
    }
    return out;
  }

  /** Reads a RESP; null if it does not open. */
  static Answer response(Init init, byte[] resp, String vhost) {
    int length = init.suite == 3 ? 128 : 1232;
    boolean right =
        resp.length == length
            && resp[0] == 4
            && resp[1] == 1
            && resp[2] == 0
            && resp[3] == 0
            && Arrays.equals(resp, 4, 8, init.bytes, 4, 8);
    byte[] payload = right ? init.noise.read(Arrays.copyOfRange(resp, 8, length - 16)) : null;
    if (payload == null || payload.length != 56) {
      return null;
    }
    if (payload[0] == 0) {
      init.noise.mixHash(join(u16(vhost.length()), ascii(vhost)));
      byte[] tag = Arrays.copyOfRange(resp, length - 16, length);
      if (init.noise.tryDecryptAndHash(tag) == null) {
        return null;
      }
    }
    return answer(payload, init.noise);
  }

  private static Answer answer(byte[] payload, IndependentIk noise) {
    ByteBuffer in = ByteBuffer.wrap(payload);
    int suites = in.getShort(2) & 0xffff;
    Cookie next =
        new Cookie(
            Arrays.copyOfRange(payload, 4, 20),
            Arrays.copyOfRange(payload, 20, 52),
            in.getInt(52) & 0xffff_ffffL,
            suites);
    return new Answer(
        payload[0],
        payload[1] & 0x7f,
        (payload[1] & 0x80) != 0,
        suites,
        next,
        payload[0] == 0 ? noise.split() : null);
  }

  // ---- as a responder ----

  byte[] payload2(int status, int lanes, boolean early, int suites) {
    byte[] tag = bytes(16);
    byte[] key = bytes(32);
    issued.put(HexFormat.of().formatHex(tag), key);
    return join(
        new byte[] {(byte) status, (byte) (lanes | (early ? 0x80 : 0))},
        u16(suites),
        tag,
        key,
        u32(14_400));
  }

  /** A COOKIE_RESPONSE; null if the request is not for this host. */
  byte[] answerCookieRequest(byte[] m, int suites) {
    boolean mine =
        m.length == 128
            && m[0] == 1
            && m[1] == 1
            && Arrays.equals(
                mac1(publicKey, Arrays.copyOf(m, 120)), Arrays.copyOfRange(m, 120, 128));
    return mine ? cookieFor(Arrays.copyOfRange(m, 4, 20), suites) : null;
  }

  byte[] cookieFor(byte[] echo, int suites) {
    byte[] second = payload2(0, 0, false, suites);
    return join(new byte[] {2, 1}, u16(suites), echo, Arrays.copyOfRange(second, 4, 56), bytes(4));
  }

  /** Opens an INIT; null if any check fails. */
  Opened open(byte[] init) {
    int suite = init[2];
    if (suite < 1 || suite > 3 || init.length != (suite == 3 ? 152 : 1352) || init[3] != 0) {
      return null;
    }
    int macs = init.length - 16;
    byte[] key = issued.get(HexFormat.of().formatHex(Arrays.copyOfRange(init, 8, 24)));
    if (key == null || !Arrays.equals(init, withMacs(Arrays.copyOf(init, macs), publicKey, key))) {
      return null;
    }
    byte[] e = Arrays.copyOfRange(init, 28, 60);
    byte[] mask = hmac(hmac(key, ascii("ipae1 age")), Arrays.copyOfRange(init, 4, 8), e);
    long age = ByteBuffer.wrap(xor(Arrays.copyOfRange(init, 24, 28), mask)).getInt() & 0xffff_ffffL;
    IndependentIk noise =
        new IndependentIk(
            NOISE[suite],
            false,
            prologue(init),
            privateKey,
            bytes(32),
            null,
            hmac(key, ascii("ipae1 psk")));
    byte[] payload = noise.read(Arrays.copyOfRange(init, 28, macs));
    return payload == null
        ? null
        : new Opened(
            init,
            suite,
            age,
            noise.remoteStatic(),
            payload,
            noise,
            earlySecret(noise),
            earlyId(key, e));
  }

  /** A RESP; afterwards {@code opened.noise().split()} gives the traffic secrets. */
  byte[] respond(Opened opened, byte[] payload2, String vhost) {
    byte[] head = join(new byte[] {4, 1, 0, 0}, Arrays.copyOfRange(opened.init, 4, 8));
    byte[] message = opened.noise.write(payload2);
    byte[] tag = bytes(16);
    if (payload2[0] == 0) {
      opened.noise.mixHash(join(u16(vhost.length()), ascii(vhost)));
      tag = opened.noise.encryptAndHash(new byte[0]);
    }
    return join(head, message, tag);
  }

  // ---- exchange inside a session ----

  /** The handshake of section 5.5 and 7.9. */
  IndependentIk rekey(
      int suite, boolean initiator, byte[] parentTrafficIr, long id, byte[] remoteKey) {
    return new IndependentIk(
        NOISE[suite],
        initiator,
        join(ascii("IPAE1 rekey"), expand(parentTrafficIr, ascii("ipae1 rekey id"), 32), u32(id)),
        privateKey,
        bytes(32),
        initiator ? remoteKey : null,
        expand(parentTrafficIr, ascii("ipae1 rekey psk"), 32));
  }

  static byte[] item(int type, byte[] value) {
    return join(new byte[] {(byte) type}, u16(value.length), value);
  }

  // ---- data ----

  /** One direction of one lane. */
  static final class Lane {
    private final int suite;
    private final byte[] key;
    private final byte[] iv;
    private final byte[] maskKey;
    private final byte[] idKey;
    private final byte[] fixedId;
    private long next;

    Lane(int suite, byte[] traffic, int lane, byte[] fixedId) {
      byte[] n = {(byte) lane};
      this.suite = suite;
      this.fixedId = fixedId;
      key = expand(traffic, join(ascii("ipae1 key"), n), 32);
      iv = expand(traffic, join(ascii("ipae1 iv"), n), 12);
      maskKey = expand(traffic, join(ascii("ipae1 hp"), n), 32);
      idKey = expand(traffic, join(ascii("ipae1 cid"), n), 32);
    }

    byte[] id(int index) {
      return fixedId != null ? fixedId : topBit(hmac(idKey, u32(index)));
    }

    byte[] seal(byte[] plain, int idIndex) {
      return seal(plain, idIndex, next++);
    }

    byte[] seal(byte[] plain, int idIndex, long counter) {
      byte[] header = join(id(idIndex), u32(counter));
      byte[] sealed = aead(Cipher.ENCRYPT_MODE, counter, header, plain);
      byte[] masked = xor(u32(counter), mask(sealed));
      return join(id(idIndex), masked, sealed);
    }

    /** The plaintext, or null. */
    byte[] open(byte[] m) {
      byte[] sealed = Arrays.copyOfRange(m, 12, m.length);
      byte[] counter = xor(Arrays.copyOfRange(m, 8, 12), mask(sealed));
      return aead(
          Cipher.DECRYPT_MODE,
          ByteBuffer.wrap(counter).getInt() & 0xffff_ffffL,
          join(Arrays.copyOf(m, 8), counter),
          sealed);
    }

    boolean carries(byte[] m, int idIndex) {
      return m.length >= 28 && Arrays.equals(id(idIndex), Arrays.copyOf(m, 8));
    }

    private byte[] mask(byte[] sample) {
      try {
        if (suite == 2) {
          int block = ByteBuffer.wrap(sample).order(ByteOrder.LITTLE_ENDIAN).getInt();
          Cipher c = Cipher.getInstance("ChaCha20");
          c.init(
              Cipher.ENCRYPT_MODE,
              new SecretKeySpec(maskKey, "ChaCha20"),
              new ChaCha20ParameterSpec(Arrays.copyOfRange(sample, 4, 16), block));
          return c.doFinal(new byte[4]);
        }
        Cipher c = Cipher.getInstance("AES/ECB/NoPadding");
        c.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(maskKey, "AES"));
        return c.doFinal(sample, 0, 16);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private byte[] aead(int mode, long counter, byte[] aad, byte[] in) {
      byte[] nonce = xor(iv, join(new byte[8], u32(counter)));
      try {
        Cipher c = Cipher.getInstance(suite == 2 ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        c.init(
            mode,
            new SecretKeySpec(key, suite == 2 ? "ChaCha20" : "AES"),
            suite == 2 ? new IvParameterSpec(nonce) : new GCMParameterSpec(128, nonce));
        c.updateAAD(aad);
        return c.doFinal(in);
      } catch (AEADBadTagException e) {
        return null;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
