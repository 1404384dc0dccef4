// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.List;
import org.ipae.tunnel.control.Daemon;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;

/**
 * Requests of the operator, by signal, to read the configuration again; the log tells what came of
 * them. One that comes while the daemon starts is served when it has started. Any thread.
 */
public final class Reloads {
  /** Changes that the log names. */
  private static final int NAMED = 10;

  private @Nullable Daemon daemon; // under this
  private boolean asked; // under this

  /** Somebody wants the configuration to be read again. */
  public void ask() {
    Daemon running;
    synchronized (this) {
      running = daemon;
      asked = running == null;
    }
    if (running != null) {
      reload(running);
    }
  }

  /** From now on requests are served by this daemon. */
  void serve(Daemon running) {
    boolean due;
    synchronized (this) {
      daemon = running;
      due = asked;
    }
    if (due) {
      reload(running);
    }
  }

  private static void reload(Daemon running) {
    try {
      List<String> changes = running.reload(false);
      changes.stream().limit(NAMED).forEach(c -> Log.info("reload: " + c));
      if (changes.isEmpty()) {
        Log.info("reload: nothing has changed");
      } else if (changes.size() > NAMED) {
        Log.info("reload: " + (changes.size() - NAMED) + " changes more");
      }
    } catch (ConfigErrors e) {
      e.errors().forEach(x -> Log.error("reload refused: " + x));
    } catch (IOException | RuntimeException e) {
      Log.error("reload failed: " + Reason.of(e));
    }
  }
}
