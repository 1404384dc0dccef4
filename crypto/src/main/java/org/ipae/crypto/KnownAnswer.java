// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * A published vector of an AEAD.
 *
 * @param sealed ciphertext and tag
 */
record KnownAnswer(
    boolean chaCha, byte[] key, byte[] nonce, byte[] ad, byte[] plain, byte[] sealed) {
  /** Test case 16 of the specification of GCM, and section 2.8.2 of RFC 8439. */
  static final List<KnownAnswer> ALL =
      List.of(
          new KnownAnswer(
              false,
              hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
              hex("cafebabefacedbaddecaf888"),
              hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
              hex(
                  "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                      + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"),
              hex(
                  "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                      + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                      + "76fc6ece0f4e1768cddf8853bb2d551b")),
          new KnownAnswer(
              true,
              hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"),
              hex("070000004041424344454647"),
              hex("50515253c0c1c2c3c4c5c6c7"),
              ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the"
                      + " future, sunscreen would be it.")
                  .getBytes(StandardCharsets.US_ASCII),
              hex(
                  "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                      + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                      + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                      + "3ff4def08e4b7a9de576d26586cec64b6116"
                      + "1ae10b594f09e26a7e902ecbd0600691")));

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
