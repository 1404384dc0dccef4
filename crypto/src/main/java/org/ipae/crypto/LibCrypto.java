// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The AEAD functions of AWS-LC's libcrypto, called on heap arrays without copies. They keep key
 * schedule and hash table of a key, which the JDK's ciphers make anew for each packet: 155 ns
 * instead of 450 for 1,424 bytes.
 *
 * <p>The library is the file that the system property {@value #PROPERTY} names.
 */
final class LibCrypto {
  static final String PROPERTY = "org.ipae.crypto.library";
  private static final String COMPATIBLE = "(compatible; ";
  private static final int LONGEST_NAME = 256;

  private static final @Nullable SymbolLookup LIBRARY = library();

  private static final @Nullable MethodHandle AES_256_GCM =
      find("EVP_aead_aes_256_gcm", FunctionDescriptor.of(ADDRESS));
  private static final @Nullable MethodHandle CHACHA20_POLY1305 =
      find("EVP_aead_chacha20_poly1305", FunctionDescriptor.of(ADDRESS));
  private static final @Nullable MethodHandle NEW =
      find(
          "EVP_AEAD_CTX_new",
          FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final @Nullable MethodHandle FREE =
      find("EVP_AEAD_CTX_free", FunctionDescriptor.ofVoid(ADDRESS));
  // context, out, bytes written, room, nonce, its length, in, its length, ad, its length; 1 or 0
  private static final FunctionDescriptor CALL =
      FunctionDescriptor.of(
          JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG,
          ADDRESS, JAVA_LONG);

  /** Seals; called where its arguments are made, or the JIT compiler allocates these. */
  static final @Nullable MethodHandle SEAL = find("EVP_AEAD_CTX_seal", CALL);

  /** Opens; returns 0 if the tag is wrong. */
  static final @Nullable MethodHandle OPEN = find("EVP_AEAD_CTX_open", CALL);

  /** Whether every function was found. */
  static final boolean COMPLETE =
      AES_256_GCM != null
          && CHACHA20_POLY1305 != null
          && NEW != null
          && FREE != null
          && SEAL != null
          && OPEN != null;

  /** What the library calls itself, like "AWS-LC 1.17.0". */
  static String version() {
    MethodHandle text = find("OpenSSL_version", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    return text == null ? "of unknown version" : name(text);
  }

  /** It says "OpenSSL 1.1.1 (compatible; AWS-LC 1.17.0)", for programs that look for OpenSSL. */
  @SuppressWarnings("restricted")
  private static String name(MethodHandle version) {
    try {
      String whole =
          ((MemorySegment) version.invokeExact(0)).reinterpret(LONGEST_NAME).getString(0);
      int begin = whole.indexOf(COMPATIBLE);
      return begin < 0 || !whole.endsWith(")")
          ? whole
          : whole.substring(begin + COMPATIBLE.length(), whole.length() - 1);
    } catch (Throwable e) {
      return "of unknown version";
    }
  }

  private LibCrypto() {}

  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup library() {
    String file = System.getProperty(PROPERTY, "");
    if (file.isEmpty()) {
      return null;
    }
    try {
      return SymbolLookup.libraryLookup(file, Arena.global());
    } catch (IllegalArgumentException missing) {
      return null;
    }
  }

  @SuppressWarnings("restricted")
  private static @Nullable MethodHandle find(String name, FunctionDescriptor descriptor) {
    return LIBRARY == null
        ? null
        : LIBRARY
            .find(name)
            .map(f ->
                Linker.nativeLinker().downcallHandle(f, descriptor, Linker.Option.critical(true)))
            .orElse(null);
  }

  /** A context with a copy of the key; ended by {@link #free}. */
  static MemorySegment context(boolean chaCha, byte[] key) {
    MethodHandle algorithm = chaCha ? CHACHA20_POLY1305 : AES_256_GCM;
    if (algorithm == null || NEW == null) {
      throw new IllegalStateException("there is no library");
    }
    MemorySegment context;
    try {
      context =
          (MemorySegment)
              NEW.invokeExact(
                  (MemorySegment) algorithm.invokeExact(),
                  MemorySegment.ofArray(key),
                  (long) key.length,
                  (long) Aead.TAG);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (context.equals(MemorySegment.NULL)) {
      throw new IllegalStateException("no context: out of memory");
    }
    return context;
  }

  /** Overwrites and frees a context. */
  static void free(MemorySegment context) {
    if (FREE != null) {
      try {
        FREE.invokeExact(context);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
