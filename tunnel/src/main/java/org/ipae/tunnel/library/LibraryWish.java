// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.nio.file.Path;
import org.ipae.tunnel.toml.BadText;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says about the library that encrypts packets.
 *
 * @param jdk whether the JDK is to encrypt them
 * @param file a library in the place of the distribution's, without links in its path
 */
public record LibraryWish(boolean jdk, @Nullable Path file) {
  public static final LibraryWish AUTO = new LibraryWish(false, null);
  public static final LibraryWish JDK = new LibraryWish(true, null);

  /**
   * Reads the setting, and looks at the file that it names.
   *
   * @throws BadText if it is nothing of the kind, or anyone but root could exchange the file
   */
  public static LibraryWish parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "jdk" -> JDK;
      default -> {
        if (!text.startsWith("/")) {
          throw new BadText(
              "\"" + text + "\" is neither \"auto\" nor \"jdk\" nor an absolute path",
              "write crypto = \"auto\"");
        }
        yield new LibraryWish(false, new OwnedPath(Path.of("/"), 0).real(Path.of(text)));
      }
    };
  }

  /** As the configuration would say it. */
  @Override
  public String toString() {
    return jdk ? "jdk" : file == null ? "auto" : file.toString();
  }
}
