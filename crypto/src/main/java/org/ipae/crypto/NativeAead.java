// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Objects;

/** One key in a context of {@link LibCrypto}, outside the heap until {@link #close}. */
final class NativeAead implements Aead {
  // For contexts that nobody closed; it holds no key that is still in use.
  private static final Cleaner CLEANER = Cleaner.create();

  /** Associated data of this length is copied: that costs less than an object that describes it. */
  private static final int HEADER = 12;

  private static final MethodHandle SEAL = Objects.requireNonNull(LibCrypto.SEAL);
  private static final MethodHandle OPEN = Objects.requireNonNull(LibCrypto.OPEN);

  private final MemorySegment context;
  private final Cleaner.Cleanable end;
  private final MemorySegment written = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
  private final byte[] lastNonce = new byte[NONCE];
  private final MemorySegment nonceSegment = MemorySegment.ofArray(lastNonce);
  private final byte[] header = new byte[HEADER];
  private final MemorySegment headerSegment = MemorySegment.ofArray(header);
  private final Slices sources = new Slices();
  private final Slices targets = new Slices();
  private boolean sealed;
  private boolean closed;

  /**
   * Ranges of a heap array, nearly always the same one: to describe it anew for every packet leaves
   * garbage.
   */
  private static final class Slices {
    private byte[] array = {};
    private MemorySegment whole = MemorySegment.ofArray(array);

    /** Checks the bounds that native code does not check. */
    @SuppressWarnings("ReferenceEquality") // that very array
    MemorySegment of(byte[] a, int offset, int length) {
      if (a != array) {
        array = a;
        whole = MemorySegment.ofArray(a);
      }
      return whole.asSlice(offset, length);
    }
  }

  NativeAead(boolean chaCha, byte[] key) {
    MemorySegment c = LibCrypto.context(chaCha, key);
    context = c;
    end = CLEANER.register(this, () -> LibCrypto.free(c));
  }

  @Override
  public int seal(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    MemorySegment target = targets.of(out, outOffset, length + TAG);
    MemorySegment source = sources.of(in, offset, length);
    MemorySegment associated = associated(ad, adOffset, adLength);
    requireOpen();
    if (sealed && Arrays.equals(nonce, lastNonce)) {
      throw new IllegalStateException("a nonce twice in a row");
    }
    System.arraycopy(nonce, 0, lastNonce, 0, NONCE);
    sealed = true;
    int result;
    try {
      result =
          (int)
              SEAL.invokeExact(
                  context,
                  target,
                  written,
                  (long) length + TAG,
                  nonceSegment,
                  (long) NONCE,
                  source,
                  (long) length,
                  associated,
                  (long) adLength);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      Reference.reachabilityFence(this); // or the cleaner might free the context meanwhile
    }
    if (result != 1) {
      throw new IllegalStateException("the library does not seal");
    }
    return length + TAG;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // as with the JDK's ciphers, so that both are used alike
  public int open(
      byte[] nonce,
      byte[] ad,
      int adOffset,
      int adLength,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    if (in == out) {
      throw new IllegalArgumentException("open into a different array");
    }
    if (length < TAG) {
      return -1;
    }
    MemorySegment target = targets.of(out, outOffset, length - TAG);
    MemorySegment source = sources.of(in, offset, length);
    MemorySegment associated = associated(ad, adOffset, adLength);
    requireOpen();
    System.arraycopy(nonce, 0, lastNonce, 0, NONCE);
    int result;
    try {
      result =
          (int)
              OPEN.invokeExact(
                  context,
                  target,
                  written,
                  (long) length - TAG,
                  nonceSegment,
                  (long) NONCE,
                  source,
                  (long) length,
                  associated,
                  (long) adLength);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      Reference.reachabilityFence(this);
    }
    if (result != 1) {
      Arrays.fill(out, outOffset, outOffset + length - TAG, (byte) 0);
      return -1;
    }
    return length - TAG;
  }

  private MemorySegment associated(byte[] ad, int offset, int length) {
    if (length != HEADER) {
      return MemorySegment.ofArray(ad).asSlice(offset, length);
    }
    System.arraycopy(ad, offset, header, 0, HEADER);
    return headerSegment;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
  }

  /** Overwrites and frees the context. */
  @Override
  public void close() {
    closed = true;
    end.clean();
  }
}
