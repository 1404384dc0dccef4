// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.host;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.ipae.crypto.Entropy;
import org.ipae.tun.KernelRandom;
import org.ipae.tun.OsException;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's generator, /dev/urandom, of which no copy of what it gave is left behind.
 * Early after boot it may not be seeded, and would give keys that can be guessed.
 */
public final class SystemEntropy implements Entropy {
  private static final long STEP_MILLIS = 100;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(3);

  private final SecureRandom random;

  SystemEntropy(SecureRandom random) {
    this.random = random;
  }

  /**
   * Waits until the generator is seeded.
   *
   * @param givenUp whether to wait no longer; asked ten times a second
   * @param tell is given one line if it takes some seconds
   * @return null if it was given up
   * @throws IOException if the kernel cannot say whether it is
   */
  public static @Nullable SystemEntropy await(BooleanSupplier givenUp, Consumer<String> tell)
      throws IOException {
    return KernelRandom.seeded() || awaitSeed(givenUp, tell)
        ? new SystemEntropy(new SecureRandom())
        : null;
  }

  private static boolean awaitSeed(BooleanSupplier givenUp, Consumer<String> tell)
      throws IOException {
    CompletableFuture<Void> seeded = new CompletableFuture<>();
    // A thread that waits in the kernel cannot be woken; this one does not keep the process alive.
    Thread.ofPlatform().name("ipae-seed").daemon().start(() -> awaitSeed(seeded));
    long begin = System.nanoTime();
    boolean told = false;
    while (!givenUp.getAsBoolean()) {
      try {
        seeded.get(STEP_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException _) {
        if (!told && System.nanoTime() - begin > PATIENCE) {
          told = true;
          tell.accept(
              "the kernel's random generator is not seeded yet, as may be soon after boot; waiting,"
                  + " because keys would be predictable");
        }
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    return false;
  }

  private static void awaitSeed(CompletableFuture<Void> seeded) {
    try {
      KernelRandom.awaitSeed();
      seeded.complete(null);
    } catch (OsException e) {
      seeded.completeExceptionally(e);
    }
  }

  @Override
  public void fill(byte[] out, int offset, int length) {
    if (length == out.length) {
      random.nextBytes(out);
      return;
    }
    byte[] some = new byte[length];
    random.nextBytes(some);
    System.arraycopy(some, 0, out, offset, length);
    Arrays.fill(some, (byte) 0);
  }
}
