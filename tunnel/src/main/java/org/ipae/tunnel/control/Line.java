// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One line each way. Blocks; whoever calls closes the channel from elsewhere when it is late. */
final class Line {
  private static final int CHUNK = 4096;

  private Line() {}

  /**
   * Up to the first line feed, which is left out.
   *
   * @throws EOFException if the other side closes before it
   * @throws TooLong if none comes within {@code most} bytes
   */
  static String read(SocketChannel channel, int most) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    while (channel.read(chunk) >= 0) {
      chunk.flip();
      while (chunk.hasRemaining()) {
        byte b = chunk.get();
        if (b == '\n') {
          return line.toString(StandardCharsets.UTF_8);
        }
        if (line.size() == most) {
          throw new TooLong();
        }
        line.write(b);
      }
      chunk.clear();
    }
    throw new EOFException("closed in the middle of a line");
  }

  static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer b = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
    while (b.hasRemaining()) {
      channel.write(b);
    }
  }

  /** More than a line may have. */
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1;

    TooLong() {
      super("line too long");
    }
  }
}
