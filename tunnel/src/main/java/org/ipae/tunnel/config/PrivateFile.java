// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.toml.BadText;

/** A file that only its owner may read. */
public final class PrivateFile {
  private PrivateFile() {}

  /**
   * What is in it; nothing if it is longer than {@code most}.
   *
   * @param what names the file in messages
   * @param creation what to do where there is none
   * @throws BadText if it is missing, unreadable or accessible to others
   */
  public static byte[] read(Path file, int most, String what, String creation) {
    try {
      int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0777;
      if ((mode & 077) != 0 && !credential(file)) {
        throw new BadText(
            what + " is accessible to others (mode 0" + Integer.toOctalString(mode) + ")",
            "run: chmod 600 " + file);
      }
      return Files.size(file) > most ? new byte[0] : Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new BadText(what + " does not exist", creation);
    } catch (AccessDeniedException e) {
      throw new BadText(what + " cannot be read: permission denied", "run this as root");
    } catch (IOException e) {
      throw new BadText(what + " cannot be read (" + Reason.of(e) + ")", "check the file");
    }
  }

  /** Whether systemd passed it to this service alone, although its mode suggests otherwise. */
  private static boolean credential(Path file) {
    String directory = System.getenv("CREDENTIALS_DIRECTORY");
    return directory != null && file.startsWith(directory);
  }
}
