package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.List;
import org.ipae.tunnel.association.CachedPeer;
import org.ipae.tunnel.log.Log;
import org.jspecify.annotations.Nullable;

/** Writes the newest peer cache, off the control thread; several changes become one write. */
final class CacheWriter implements Runnable {
  private final CacheFile file;
  private @Nullable List<CachedPeer> newest; // under this
  private boolean stopping; // under this
  private boolean complained;

  CacheWriter(CacheFile file) {
    this.file = file;
  }

  synchronized void save(List<CachedPeer> peers) {
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
          Log.LOG.log(
              System.Logger.Level.WARNING,
              "the peer cache cannot be written ("
                  + e
                  + "): after a restart the first handshakes take one round trip more");
        }
      }
    }
  }

  private synchronized @Nullable List<CachedPeer> next() {
    while (newest == null && !stopping) {
      try {
        wait();
      } catch (InterruptedException e) {
        return null;
      }
    }
    List<CachedPeer> out = newest;
    newest = null;
    return out;
  }
}
