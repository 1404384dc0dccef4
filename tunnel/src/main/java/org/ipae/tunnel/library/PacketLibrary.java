// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.ipae.crypto.PacketCipher;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The library that is to encrypt packets, if it has passed its self-test on this processor. The
 * test runs again only if the library or the processor is another one than last time.
 */
public final class PacketLibrary {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private final @Nullable Path file;
  private final @Nullable Verdict verdict;
  private final boolean news;
  private final @Nullable String failure;

  private PacketLibrary(
      @Nullable Path file, @Nullable Verdict verdict, boolean news, @Nullable String failure) {
    this.file = file;
    this.verdict = verdict;
    this.news = news;
    this.failure = failure;
  }

  /**
   * Looks for the library, and tries it unless the state directory says how that ended. Writes
   * nothing. A test takes a third of a second.
   */
  public static PacketLibrary choose(LibraryWish wish, Path stateDirectory) {
    return choose(wish, stateDirectory, Processor.read(CPUINFO), SelfTest::of);
  }

  static PacketLibrary choose(
      LibraryWish wish, Path stateDirectory, String processor, Function<Path, SelfTest> test) {
    if (wish.jdk()) {
      return without(null, "the configuration says so");
    }
    String given = PacketCipher.libraryFile();
    Path file = wish.file() != null ? wish.file() : given == null ? null : Path.of(given);
    if (file == null) {
      return without(null, "there is no library for this machine");
    }
    try {
      return tried(LibraryFile.of(file), stateDirectory, processor, test.apply(file));
    } catch (IOException e) {
      return without(file, file + ": its self-test did not run (" + Reason.of(e) + ")");
    }
  }

  private static PacketLibrary without(@Nullable Path file, String why) {
    return new PacketLibrary(file, null, false, why);
  }

  private static PacketLibrary tried(
      LibraryFile file, Path stateDirectory, String processor, SelfTest test) throws IOException {
    Verdict known = Verdict.load(stateDirectory);
    if (known == null || !known.processor().equals(processor)) {
      return new PacketLibrary(file.path(), test.run(file, processor), true, null);
    }
    if (known.identity().equals(file.identity())) {
      return new PacketLibrary(file.path(), known, false, null);
    }
    Verdict v = known.sha256().equals(file.sha256()) ? known.of(file) : test.run(file, processor);
    return new PacketLibrary(file.path(), v, true, null);
  }

  /** Has packets encrypted accordingly; before the first one. */
  public void use() {
    if (file != null && verdict != null && verdict.failure() == null) {
      PacketCipher.withLibrary(file.toString());
    } else {
      PacketCipher.withoutLibrary();
    }
  }

  /** Keeps how a test ended, for the next start. */
  public void keep(Path stateDirectory) throws IOException {
    if (news && verdict != null) {
      verdict.save(stateDirectory);
    }
  }

  /** What is to encrypt packets. */
  public Encryption encryption() {
    if (file == null || verdict == null) {
      return Encryption.byJdk(String.valueOf(failure));
    }
    if (verdict.failure() != null) {
      return Encryption.byJdk(file + ": " + verdict.failure());
    }
    return new Encryption(verdict.version(), file.toString(), verdict.sha256(), null);
  }

  /** What encrypts them, after {@link #use}: the library is compared with the JDK once more. */
  public Encryption inUse() {
    Encryption out = encryption();
    return !out.byLibrary() || PacketCipher.library()
        ? out
        : Encryption.byJdk(file + ": it does not give the known answers");
  }
}
