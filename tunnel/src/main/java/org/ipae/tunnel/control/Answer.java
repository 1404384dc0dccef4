// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One line of JSON that is written once. */
interface Answer {
  /**
   * Writes it, without the line feed.
   *
   * @throws IOException if the client, or the daemon, is gone; what was written is then no JSON
   */
  void write(OutputStream out) throws IOException;

  static Answer of(String json) {
    return out -> out.write(json.getBytes(StandardCharsets.UTF_8));
  }
}
