// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import org.jspecify.annotations.Nullable;

/**
 * Seals or opens the packets of one direction and lane on one thread: AES-256-GCM or
 * ChaCha20-Poly1305, 12-byte nonce, 16-byte tag after the ciphertext. The caller never uses a nonce
 * twice for sealing.
 */
public final class PacketCipher extends Erasable {
  /** Bytes that sealing adds. */
  public static final int TAG = Aead.TAG;

  private final Aead aead;
  private final boolean sealing;

  private PacketCipher(Suite suite, Secret key, boolean sealing) {
    if (key.length() != Aead.KEY) {
      throw new IllegalArgumentException("a packet key has 32 bytes");
    }
    this.aead = Aead.ofPackets(suite.chaCha(), key.bytes());
    this.sealing = sealing;
  }

  /**
   * Whether packets are sealed and opened by AWS-LC's libcrypto, the file that the system property
   * {@value LibCrypto#PROPERTY} names when this is first asked; else by the JDK.
   */
  public static boolean library() {
    return LibraryCheck.PASSED;
  }

  /** From now on the JDK seals and opens; before the first packet, and before {@link #library}. */
  public static void withoutLibrary() {
    System.clearProperty(LibCrypto.PROPERTY);
  }

  /**
   * Makes this file the library; before the first packet, and before {@link #library}. A file that
   * is no library, or one for other processors, may end the process once it is used.
   */
  public static void withLibrary(String file) {
    System.setProperty(LibCrypto.PROPERTY, file);
  }

  /** The file that is the library unless {@link #withLibrary} names another; null without one. */
  public static @Nullable String libraryFile() {
    return System.getProperty(LibCrypto.PROPERTY);
  }

  /** Whether the library can be loaded and has all functions that are needed. */
  public static boolean libraryIsComplete() {
    return LibCrypto.COMPLETE;
  }

  /** What the library calls itself, like "AWS-LC 1.17.0"; only if it {@link #libraryIsComplete}. */
  public static String libraryVersion() {
    return LibCrypto.version();
  }

  /** A cipher that seals; copies the 32-byte key. */
  public static PacketCipher sealing(Suite suite, Secret key) {
    return new PacketCipher(suite, key, true);
  }

  /** A cipher that opens; copies the 32-byte key. */
  public static PacketCipher opening(Suite suite, Secret key) {
    return new PacketCipher(suite, key, false);
  }

  /**
   * Writes ciphertext and tag to {@code out} and returns {@code length + 16}.
   *
   * @throws IllegalStateException if the nonce is that of the packet before, {@code out} has no
   *     room, or this cipher opens or is closed
   */
  public int seal(
      byte[] nonce,
      byte[] aad,
      int aadOffset,
      int aadLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    require(sealing);
    return aead.seal(nonce, aad, aadOffset, aadLength, in, offset, length, out, outOffset);
  }

  /**
   * Opens {@code length} bytes of ciphertext and tag into another array.
   *
   * @return the plaintext's length, or -1 for a bad tag: the output range is then zero
   */
  public int open(
      byte[] nonce,
      byte[] aad,
      int aadOffset,
      int aadLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    require(!sealing);
    return aead.open(nonce, aad, aadOffset, aadLength, in, offset, length, out, outOffset);
  }

  private void require(boolean direction) {
    if (closed() || !direction) {
      throw new IllegalStateException(closed() ? "closed" : "made for the other direction");
    }
  }

  @Override
  void erase() {
    aead.close();
  }
}
