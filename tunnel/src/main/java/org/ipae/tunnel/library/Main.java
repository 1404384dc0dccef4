// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.nio.file.Path;
import org.ipae.crypto.PacketCipher;

/**
 * The process that tries a library, the argument, and says how it did, a line each. What ends this
 * process ends no daemon.
 */
public final class Main {
  private Main() {}

  public static void main(String[] library) throws IOException {
    say(SelfTest.SHA256, LibraryFile.of(Path.of(library[0])).sha256());
    PacketCipher.withLibrary(library[0]);
    if (!PacketCipher.libraryIsComplete()) {
      say(SelfTest.FAILED, "it cannot be loaded, or lacks the functions EVP_AEAD_...");
      return;
    }
    say(SelfTest.VERSION, PacketCipher.libraryVersion());
    if (PacketCipher.library()) {
      say(SelfTest.PASSED, "");
    } else {
      say(SelfTest.FAILED, "it does not give the known answers");
    }
  }

  private static void say(String what, String text) {
    System.out.println(what + " " + text);
  }
}
