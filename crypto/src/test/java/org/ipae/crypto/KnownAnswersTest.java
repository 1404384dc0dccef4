// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static org.ipae.crypto.Sample.hex;
import static org.ipae.crypto.Sample.secret;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Published answers of the primitives, so that a change of library is noticed. */
final class KnownAnswersTest {
  @Test
  void bouncyCastleIsNotRegisteredAsAProvider() {
    assertNull(Security.getProvider("BC"));
  }

  @Test
  void x25519GivesTheAnswersOfRfc7748Section61() {
    X25519KeyPair alice =
        Sample.pair("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    X25519KeyPair bob =
        Sample.pair("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    assertEquals(
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", hex(alice.publicKey()));
    assertEquals(
        "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", hex(bob.publicKey()));
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    assertEquals(shared, hex(alice.agree(bob.publicKey()).bytes()));
    assertEquals(shared, hex(bob.agree(alice.publicKey()).bytes()));
  }

  @Test
  void x25519GivesTheAnswerOfRfc7748Section52AfterThousandTurns() {
    byte[] k = new byte[32];
    k[0] = 9;
    byte[] u = k;
    for (int i = 0; i < 1000; i++) {
      byte[] next = X25519KeyPair.of(Secret.copyOf(k, 0, 32)).agree(u).bytes();
      u = k;
      k = next;
    }
    assertEquals("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", hex(k));
  }

  @Test
  void x25519RefusesAllZeroResults() {
    X25519KeyPair pair = X25519KeyPair.generate(Sample.seeded(1));
    assertNull(pair.agree(new byte[32]));
    assertNull(pair.agree(hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")));
  }

  @Test
  void hmacGivesTheAnswersOfRfc4231() {
    byte[] key = new byte[20];
    Arrays.fill(key, (byte) 0x0b);
    assertEquals(
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        hex(new HmacSha256(key).mac(ascii("Hi "), ascii("There"))));
    HmacSha256 jefe = new HmacSha256(ascii("Jefe"));
    byte[] message = ascii("-what do ya want for nothing?");
    byte[] out = new byte[40];
    for (int turn = 0; turn < 2; turn++) {
      Arrays.fill(out, (byte) 0);
      jefe.mac(message, 1, message.length - 1, out, 4);
      assertEquals(
          "00000000"
              + "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
              + "00000000",
          hex(out));
    }
    byte[] longKey = new byte[131];
    Arrays.fill(longKey, (byte) 0xaa);
    assertEquals(
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        hex(
            new HmacSha256(longKey)
                .mac(ascii("Test Using Larger Than Block-Size Key - Hash Key First"))));
    assertEquals(32, new HmacSha256(new byte[0]).mac().length);
    jefe.rekey(key);
    assertEquals(
        hex(new HmacSha256(key).mac(ascii("Hi There"))),
        hex(jefe.mac(ascii("Hi "), ascii("There"))));
  }

  @Test
  void sha256HashesThePartsAsOneMessage() {
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        hex(Sha256.hash(ascii("a"), ascii("bc"))));
  }

  @Test
  void hkdfExpandWithSha512GivesTheAnswerForTheInputsOfRfc5869CaseOne() {
    byte[] prk =
        hex(
            "665799823737ded04a88e47e54a5890bb2c3d247c7a4254a8e61350723590a26"
                + "c36238127d8661b88cf80ef802d57e2f7cebcf1e00e083848be19929c61b4237");
    byte[] out = new byte[44];
    Hkdf.expandSha512(prk, hex("f0f1f2f3f4f5f6f7f8f9"), out, 1, 42);
    assertEquals(
        "00832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c14815793"
            + "38da362cb8d9f925d7cb00",
        hex(out));
  }

  @Test
  void hkdfExpandAgreesWithTheJdk() throws Exception {
    KDF jdk = KDF.getInstance("HKDF-SHA512");
    for (int length : new int[] {1, 32, 64, 65, 200, 255 * 64}) {
      byte[] prk = Sample.seeded(length).bytes(64);
      byte[] info = Sample.seeded(length + 1).bytes(length % 90);
      byte[] out = new byte[length];
      Hkdf.expandSha512(prk, info, out, 0, length);
      assertArrayEquals(
          jdk.deriveData(
              HKDFParameterSpec.expandOnly(new SecretKeySpec(prk, "Generic"), info, length)),
          out);
    }
  }

  @Test
  void aesGcmGivesTheAnswerOfTheGcmSpecificationCase16() {
    check(
        Suite.X25519_AES256GCM,
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            + "76fc6ece0f4e1768cddf8853bb2d551b");
  }

  @Test
  void chaCha20Poly1305GivesTheAnswerOfRfc8439Section282() {
    check(
        Suite.X25519_MLKEM768_CHACHA20POLY1305,
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        "070000004041424344454647",
        "50515253c0c1c2c3c4c5c6c7",
        hex(
            ascii(
                "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for"
                    + " the future, sunscreen would be it.")),
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
            + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
            + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
            + "3ff4def08e4b7a9de576d26586cec64b6116"
            + "1ae10b594f09e26a7e902ecbd0600691");
  }

  private static void check(
      Suite suite, String key, String nonce, String aad, String plain, String sealed) {
    byte[] in = hex(plain);
    byte[] ad = hex(aad);
    byte[] out = new byte[in.length + 16];
    PacketCipher seal = PacketCipher.sealing(suite, secret(key));
    assertEquals(out.length, seal.seal(hex(nonce), ad, 0, ad.length, in, 0, in.length, out, 0));
    assertEquals(sealed, hex(out));
    byte[] back = new byte[in.length];
    PacketCipher open = PacketCipher.opening(suite, secret(key));
    assertEquals(in.length, open.open(hex(nonce), ad, 0, ad.length, out, 0, out.length, back, 0));
    assertArrayEquals(in, back);
  }

  @Test
  void theCookieCipherGivesTheAnswerOfFips197AppendixC3() {
    CookieCipher cipher =
        new CookieCipher(
            secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
    byte[] plain = hex("ff00112233445566778899aabbccddeeff");
    byte[] out = new byte[18];
    for (int turn = 0; turn < 2; turn++) {
      cipher.encrypt(plain, 1, out, 2);
      assertEquals("00008ea2b7ca516745bfeafc49904b496089", hex(out));
      byte[] back = new byte[17];
      cipher.decrypt(out, 2, back, 1);
      assertEquals("0000112233445566778899aabbccddeeff", hex(back));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
