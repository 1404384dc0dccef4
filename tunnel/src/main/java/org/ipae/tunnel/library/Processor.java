// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.library;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;

/** What decides which instructions a library uses: the model and the features of the processor. */
final class Processor {
  /** The first processor's lines lie in the first part of the file; there may be hundreds more. */
  private static final int FIRST_PART = 8_192;

  private Processor() {}

  /** One line; empty if it cannot be read. */
  static String read(Path cpuinfo) {
    try (InputStream in = Files.newInputStream(cpuinfo)) {
      return line(new String(in.readNBytes(FIRST_PART), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return "";
    }
  }

  private static String line(String cpuinfo) {
    StringJoiner out = new StringJoiner("; ");
    for (String line : cpuinfo.split("\n", -1)) {
      if (line.isBlank()) {
        break;
      }
      int colon = line.indexOf(':');
      String key = colon < 0 ? "" : line.substring(0, colon).strip();
      boolean decides =
          switch (key) {
            case "vendor_id", "cpu family", "model", "model name", "stepping", "flags" -> true;
            case "CPU implementer", "CPU architecture", "CPU variant", "CPU part" -> true;
            case "CPU revision", "Features" -> true;
            default -> false;
          };
      if (decides) {
        out.add(key + " " + line.substring(colon + 1).strip());
      }
    }
    return out.toString();
  }
}
