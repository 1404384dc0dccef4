// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a Noise protocol name says (Noise rev 34 section 8): the tokens of both messages and the
 * cipher. Known are IK with any of hfs, psk0, psk1 and psk2, over 25519, or 25519+MLKEM768 with
 * hfs.
 *
 * @param messages the tokens of each message, the initiator's first
 * @param pskCount pre-shared keys the pattern takes, each of 32 bytes
 * @param chaCha ChaChaPoly instead of AESGCM
 */
public record HandshakePattern(List<List<Token>> messages, int pskCount, boolean chaCha) {
  private static final String BASE = "IK";

  /** The lists are copied. */
  public HandshakePattern {
    messages = messages.stream().map(List::copyOf).toList();
  }

  /**
   * Reads a protocol name.
   *
   * @throws IllegalArgumentException if the protocol is not known here
   */
  public static HandshakePattern parse(String protocolName) {
    String[] parts = protocolName.split("_", -1);
    if (parts.length != 5 || !parts[0].equals("Noise") || !parts[1].startsWith(BASE)) {
      throw unknown(protocolName);
    }
    Set<String> modifiers = modifiers(parts[1].substring(BASE.length()), protocolName);
    boolean hybrid = modifiers.contains("hfs");
    boolean chaCha = parts[3].equals("ChaChaPoly");
    if (!parts[2].equals(hybrid ? "25519+MLKEM768" : "25519")
        || !(chaCha || parts[3].equals("AESGCM"))
        || !parts[4].equals("SHA512")) {
      throw unknown(protocolName);
    }
    int psks = modifiers.size() - (hybrid ? 1 : 0);
    return new HandshakePattern(messages(modifiers, hybrid), psks, chaCha);
  }

  private static Set<String> modifiers(String text, String protocolName) {
    Set<String> found = new HashSet<>();
    if (text.isEmpty()) {
      return found;
    }
    for (String modifier : text.split("\\+", -1)) {
      if (!Set.of("hfs", "psk0", "psk1", "psk2").contains(modifier) || !found.add(modifier)) {
        throw unknown(protocolName);
      }
    }
    return found;
  }

  private static List<List<Token>> messages(Set<String> modifiers, boolean hybrid) {
    List<Token> first = new ArrayList<>(List.of(Token.E, Token.ES, Token.S, Token.SS));
    List<Token> second = new ArrayList<>(List.of(Token.E, Token.EE, Token.SE));
    if (hybrid) {
      first.add(first.indexOf(Token.ES) + 1, Token.E1);
      second.add(second.indexOf(Token.EE) + 1, Token.EKEM1);
    }
    if (modifiers.contains("psk0")) {
      first.addFirst(Token.PSK);
    }
    if (modifiers.contains("psk1")) {
      first.addLast(Token.PSK);
    }
    if (modifiers.contains("psk2")) {
      second.addLast(Token.PSK);
    }
    return List.of(first, second);
  }

  private static IllegalArgumentException unknown(String protocolName) {
    return new IllegalArgumentException("unknown Noise protocol " + protocolName);
  }
}
