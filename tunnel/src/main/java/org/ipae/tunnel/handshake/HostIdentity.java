// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Sha256;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.wire.BigEndian;
import org.jspecify.annotations.Nullable;

/** One live key of this host and the virtual hosts behind it. One thread. */
public final class HostIdentity implements AutoCloseable {
  /** Selector of the physical host itself. */
  static final long PHYSICAL = 0;

  private static final byte[] VHOST = "ipae1 vhost".getBytes(StandardCharsets.US_ASCII);

  private final X25519KeyPair keyPair;
  private final PublicKey publicKey;
  private final Mac1 mac1;
  private final Map<Long, String> names = new HashMap<>();

  /**
   * @param virtualHosts names that INITs may select
   */
  public HostIdentity(X25519KeyPair keyPair, List<String> virtualHosts) {
    this.keyPair = keyPair;
    publicKey = PublicKey.of(keyPair.publicKey());
    mac1 = new Mac1(publicKey);
    virtualHosts(virtualHosts);
  }

  /** INITs may select these from now on. */
  public void virtualHosts(List<String> virtualHosts) {
    names.clear();
    names.put(PHYSICAL, "");
    for (String name : virtualHosts) {
      names.put(selector(name), name.toLowerCase(Locale.ROOT));
    }
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /** Stays the caller's. */
  public X25519KeyPair keyPair() {
    return keyPair;
  }

  /** The key pair stays the caller's. */
  @Override
  public void close() {
    mac1.close();
  }

  Mac1 mac1() {
    return mac1;
  }

  /** The virtual host that a selector means; "" is the physical host, null means unknown. */
  @Nullable String name(long selector) {
    return names.get(selector);
  }

  /** First eight bytes of SHA-256("ipae1 vhost" || lower-case name); 0 for "". */
  static long selector(String name) {
    return name.isEmpty() ? PHYSICAL : BigEndian.u64(Sha256.hash(VHOST, lower(name)), 0);
  }

  /** length u16 || name: what both sides mix in before the vhost tag. */
  static byte[] nameBytes(String name) {
    byte[] text = lower(name);
    byte[] out = new byte[2 + text.length];
    BigEndian.u16(out, 0, text.length);
    System.arraycopy(text, 0, out, 2, text.length);
    return out;
  }

  private static byte[] lower(String name) {
    return name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
  }
}
