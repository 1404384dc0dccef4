// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;

/**
 * What has been opened so far; closes it in the reverse order, all of it, whatever one of them
 * throws. One thread.
 */
final class Closing implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Takes over the closing of what was just opened. */
  <T extends AutoCloseable> T add(T opened) {
    open.push(opened);
    return opened;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception | Error e) {
        Log.warn("while stopping: " + Reason.of(e));
      }
    }
  }
}
