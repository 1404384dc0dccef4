// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that fail, each in a real child process. */
class SelfTestTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path directory;

  private static Verdict verdict(Path library) throws IOException {
    return SelfTest.of(library).run(LibraryFile.of(library), "a processor");
  }

  private Path file() {
    return directory.resolve("libcrypto.so");
  }

  @Test
  void theLibraryOfTheDistributionPassesAndSaysItsVersion() throws Exception {
    Path library = ChangedLibrary.original();
    Verdict v = verdict(library);
    assertNull(v.failure());
    assertEquals("AWS-LC 1.17.0", v.version());
    assertEquals(LibraryFile.of(library).sha256(), v.sha256());
    assertEquals("a processor", v.processor());
  }

  @Test
  void theSecurityPolicyIsAboutThisVersion() throws Exception {
    String policy = Files.readString(Path.of("..", "SECURITY.md"));
    String version = verdict(ChangedLibrary.original()).version();
    assertTrue(policy.contains("sealed and opened by " + version + " "), version);
  }

  @Test
  void anIllegalInstructionInAnyFunctionThatIsUsedEndsOnlyTheChild() throws Exception {
    for (String function :
        List.of(
            "OpenSSL_version",
            "EVP_aead_aes_256_gcm",
            "EVP_aead_chacha20_poly1305",
            "EVP_AEAD_CTX_new",
            "EVP_AEAD_CTX_seal",
            "EVP_AEAD_CTX_open",
            "EVP_AEAD_CTX_free")) {
      Path library = new ChangedLibrary().illegal(function).write(file());
      assertEquals("its self-test died of SIGILL", verdict(library).failure(), function);
    }
  }

  @Test
  void aLibraryThatSealsWithAnotherCipherFails() throws Exception {
    Path library =
        new ChangedLibrary()
            .jump("EVP_aead_chacha20_poly1305", "EVP_aead_aes_256_gcm")
            .write(file());
    assertEquals("it does not give the known answers", verdict(library).failure());
  }

  @Test
  void aLibraryThatLacksAFunctionAndAFileThatIsNoneFail() throws Exception {
    String failure = "it cannot be loaded, or lacks the functions EVP_AEAD_...";
    assertEquals(
        failure,
        verdict(new ChangedLibrary().without("EVP_AEAD_CTX_open").write(file())).failure());
    assertEquals(failure, verdict(Files.writeString(file(), "no library")).failure());
  }

  private Verdict ends(String script, Duration patience) throws IOException {
    Files.writeString(file(), "");
    return new SelfTest(List.of("sh", "-c", script), patience).run(LibraryFile.of(file()), "p");
  }

  @Test
  void whatASignalOfTheProcessorEndsHasFailed() throws Exception {
    assertEquals("its self-test died of SIGILL", ends("kill -ILL $$", LONG).failure());
    assertEquals("its self-test died of SIGSEGV", ends("kill -SEGV $$", LONG).failure());
    assertEquals("its self-test died of SIGBUS", ends("kill -BUS $$", LONG).failure());
  }

  @Test
  void whatSomebodyElseEndedOrWhatCouldNotBeginSaysNothingAboutTheLibrary() {
    for (String script :
        List.of("kill -KILL $$", "kill -TERM $$", "exit 1", "echo failed x; exit 1", "exit 0")) {
      assertThrows(IOException.class, () -> ends(script, LONG), script);
    }
    IOException e =
        assertThrows(
            IOException.class,
            () ->
                new SelfTest(List.of("/nothing/here"), LONG).run(new LibraryFile(file(), ""), ""));
    assertTrue(e.getMessage().contains("/nothing/here"), e.getMessage());
  }

  @Test
  void aTestThatDoesNotEndIsEnded() {
    long begin = System.nanoTime();
    assertThrows(IOException.class, () -> ends("exec sleep 1000", Duration.ofMillis(50)));
    assertTrue(System.nanoTime() - begin < LONG.toNanos());
  }
}
