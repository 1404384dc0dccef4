// SPDX-License-Identifier: Apache-2.0
package org.ipae.crypto;

import java.util.function.Consumer;

/**
 * Something secret that has one owner, who closes it when its use ends: bytes, or the key schedule
 * of a cipher or a MAC. Not thread-safe.
 */
public abstract sealed class Erasable implements AutoCloseable
    permits CookieCipher, HeaderMask, HmacSha256, PacketCipher, Secret, SymmetricState {
  /**
   * Told of everything secret that is made by code that runs under it; bound only by those who ask
   * afterwards what is still open.
   */
  public static final ScopedValue<Consumer<Erasable>> WITNESS = ScopedValue.newInstance();

  private boolean closed;

  Erasable() {
    if (WITNESS.isBound()) {
      WITNESS.get().accept(this);
    }
  }

  /** Whether what it held is gone. */
  public final boolean closed() {
    return closed;
  }

  /** Overwrites what it holds; do not use it afterwards. May be called again. */
  @Override
  public final void close() {
    closed = true;
    erase();
  }

  abstract void erase();
}
