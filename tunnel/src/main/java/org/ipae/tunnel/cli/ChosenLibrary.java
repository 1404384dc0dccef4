// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.nio.file.Path;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.library.LibraryWish;
import org.ipae.tunnel.library.PacketLibrary;
import org.ipae.tunnel.toml.ConfigErrors;

/**
 * The library that a daemon with this configuration would choose.
 *
 * @param stateDirectory where it keeps how the self-test ended; it need not exist
 */
record ChosenLibrary(PacketLibrary library, Path stateDirectory) {
  /**
   * With the default settings where the file cannot be read: before "ipae init", or not as root.
   */
  static ChosenLibrary of(Path file) {
    LibraryWish wish = LibraryWish.AUTO;
    Path stateDirectory = Config.DEFAULT_STATE_DIRECTORY;
    try {
      Config config = ConfigReader.read(file);
      wish = config.library();
      stateDirectory = config.stateDir();
    } catch (ConfigErrors _) {
      // "ipae check" says why.
    }
    return new ChosenLibrary(PacketLibrary.choose(wish, stateDirectory), stateDirectory);
  }
}
