// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a library is tried, and what is remembered; the test is a shell that counts its runs. */
class PacketLibraryTest {
  private static final String PASS =
      "echo sha256 $(sha256sum <%s | cut -c1-64); echo version A 1;" + " echo passed ''";

  @TempDir Path directory;
  private Path library;
  private Path state;
  private Path runs;

  @BeforeEach
  void make() throws IOException {
    library = Files.writeString(directory.resolve("lib.so"), "machine code");
    state = Files.createDirectory(directory.resolve("state"));
    runs = Files.writeString(directory.resolve("runs"), "");
  }

  private PacketLibrary choose(String processor, String script) {
    SelfTest test =
        new SelfTest(
            List.of("sh", "-c", "echo x >>" + runs + "; " + script.formatted(library)),
            Duration.ofSeconds(20));
    return PacketLibrary.choose(new LibraryWish(false, library), state, processor, _ -> test);
  }

  private PacketLibrary started(String processor, String script) throws IOException {
    PacketLibrary out = choose(processor, script);
    out.keep(state);
    return out;
  }

  private int runs() throws IOException {
    return Files.readAllLines(runs).size();
  }

  @Test
  void aLibraryIsTriedOnceAndTheResultIsKeptForItsOwnerAlone() throws Exception {
    Encryption first = started("p", PASS).encryption();
    assertEquals("A 1, " + library, first.toString());
    assertEquals(LibraryFile.of(library).sha256(), first.sha256());
    for (int i = 0; i < 3; i++) {
      assertEquals(first, started("p", PASS).encryption());
    }
    assertEquals(1, runs());
    Path kept = state.resolve("library-test");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
    assertTrue(Files.readString(kept).endsWith("processor p\nversion A 1\nresult passed\n"));
  }

  @Test
  void aResultThatIsNotKeptIsFoundAnew() throws Exception {
    choose("p", PASS);
    choose("p", PASS);
    assertEquals(2, runs());
  }

  @Test
  void anotherProcessorOrAnotherLibraryIsTried() throws Exception {
    started("p", PASS);
    started("q", PASS);
    assertEquals(2, runs());
    started("q", PASS);
    assertEquals(2, runs());
    Files.writeString(library, "machine c0de");
    Encryption e = started("q", PASS).encryption();
    assertEquals(3, runs());
    assertEquals(LibraryFile.of(library).sha256(), e.sha256());
  }

  @Test
  void aCopyWithTheSameChecksumIsNotTriedAgain() throws Exception {
    started("p", PASS);
    String before = LibraryFile.of(library).identity();
    Path copy = Files.copy(library, directory.resolve("copy"));
    Files.move(copy, library, StandardCopyOption.REPLACE_EXISTING);
    assertFalse(LibraryFile.of(library).identity().equals(before));
    assertTrue(started("p", PASS).encryption().byLibrary());
    assertEquals(1, runs());
    String kept = Files.readString(state.resolve("library-test"));
    assertTrue(kept.contains(LibraryFile.of(library).identity()), kept);
  }

  @Test
  void aFailureIsKeptWithItsReason() throws Exception {
    for (int i = 0; i < 2; i++) {
      Encryption e = started("p", "kill -ILL $$").encryption();
      assertFalse(e.byLibrary());
      assertEquals(library + ": its self-test died of SIGILL", e.reason());
      assertEquals("JDK " + Runtime.version() + " (" + e.reason() + ")", e.toString());
    }
    assertEquals(1, runs());
  }

  @Test
  void aTestThatWasEndedFromOutsideRunsAgainAtTheNextStart() throws Exception {
    Encryption e = started("p", "kill -KILL $$").encryption();
    assertEquals(library + ": its self-test did not run (it ended with exit code 137)", e.reason());
    assertTrue(started("p", PASS).encryption().byLibrary());
    assertEquals(2, runs());
  }

  @Test
  void aDamagedResultIsNoResult() throws Exception {
    Path kept = state.resolve("library-test");
    started("p", PASS);
    String sound = Files.readString(kept);
    for (String text :
        List.of("", "x", "\n\n", sound.replace("result", "resul"), "result passed\n")) {
      Files.writeString(kept, text);
      int before = runs();
      assertTrue(started("p", PASS).encryption().byLibrary());
      assertEquals(before + 1, runs(), text);
    }
  }

  @Test
  void withTheJdkNothingIsTried() throws Exception {
    PacketLibrary jdk =
        PacketLibrary.choose(
            LibraryWish.JDK, state, "p", _ -> new SelfTest(List.of(), Duration.ZERO));
    assertEquals("the configuration says so", jdk.encryption().reason());
    jdk.keep(state);
    assertFalse(Files.exists(state.resolve("library-test")));
  }

  @Test
  void theProcessorIsItsModelAndItsFeaturesAndNoNumberThatChanges() throws Exception {
    Path cpuinfo = directory.resolve("cpuinfo");
    String first =
        """
        processor\t: 0
        model name\t: Some Processor
        cpu MHz\t\t: %s
        flags\t\t: aes avx2

        processor\t: 1
        model name\t: Some Processor
        """;
    Files.writeString(cpuinfo, first.formatted("2600.002"));
    String one = Processor.read(cpuinfo);
    assertEquals("model name Some Processor; flags aes avx2", one);
    Files.writeString(cpuinfo, first.formatted("1200.5"));
    assertEquals(one, Processor.read(cpuinfo));
    Files.writeString(cpuinfo, "processor : 0\nFeatures\t: fp asimd aes\nCPU part\t: 0xd0c\n");
    assertEquals("Features fp asimd aes; CPU part 0xd0c", Processor.read(cpuinfo));
    assertFalse(Processor.read(Path.of("/proc/cpuinfo")).isEmpty());
    assertEquals("", Processor.read(directory.resolve("nothing")));
  }
}
