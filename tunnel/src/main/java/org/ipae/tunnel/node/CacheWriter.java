// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.io.ControlLoop;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;

/** Writes the newest peer cache, off the control thread; several changes become one write. */
final class CacheWriter implements Runnable {
  private final CacheFile file;
  private final AtomicBoolean asked = new AtomicBoolean();
  private @Nullable List<CachedPeer> newest; // under this
  private boolean stopping; // under this
  private boolean complained;

  CacheWriter(CacheFile file) {
    this.file = file;
  }

  /** Something worth keeping has changed: many changes in one turn of control are one write. */
  void changed(ControlLoop control) {
    if (!asked.getAndSet(true)) {
      control.submit(p -> {
        asked.set(false);
        save(p.cache());
      });
    }
  }

  synchronized void save(List<CachedPeer> peers) {
    if (newest != null) {
      newest.forEach(CachedPeer::close);
    }
    newest = peers;
    notifyAll();
  }

  /** Writes what is left, then ends. */
  synchronized void stop() {
    stopping = true;
    notifyAll();
  }

  @Override
  public void run() {
    for (List<CachedPeer> peers = next(); peers != null; peers = next()) {
      try {
        file.save(peers);
        complained = false;
      } catch (IOException e) {
        if (!complained) {
          complained = true;
          Log.warn(
              "the peer cache cannot be written ("
                  + Reason.of(e)
                  + "): after a restart the first handshakes take one round trip more");
        }
      } finally {
        peers.forEach(CachedPeer::close);
      }
    }
  }

  private synchronized @Nullable List<CachedPeer> next() {
    while (newest == null && !stopping) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
    List<CachedPeer> out = newest;
    newest = null;
    return out;
  }
}
