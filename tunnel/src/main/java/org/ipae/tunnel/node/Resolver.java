// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ipae.tunnel.config.Address;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Looks endpoint names up, off the packet path: at start, when a peer stops answering, and again
 * while a name does not resolve. The last good answer serves while there is no better one.
 */
final class Resolver {
  private static final long AGAIN_MILLIS = 10_000;

  private final Map<Address, Endpoint> answers = new HashMap<>(); // under this
  private final Map<Address, Boolean> complained = new HashMap<>(); // under this
  private volatile boolean wanted;
  private boolean stopping; // under this

  /**
   * Where the peers are, by name; host names never seen before are looked up now, which may block.
   */
  synchronized Map<String, Endpoint> endpoints(Config config) {
    Map<String, Endpoint> out = new HashMap<>();
    for (Config.Peer p : config.peers()) {
      Address a = p.endpoint();
      if (a != null && !answers.containsKey(a)) {
        lookUp(a, p.name());
      }
      Endpoint found = a == null ? null : answers.get(a);
      if (found != null) {
        out.put(p.name(), found);
      }
    }
    return out;
  }

  private boolean lookUp(Address a, String peer) {
    try {
      Endpoint now = a.resolve();
      complained.remove(a);
      return !now.equals(answers.put(a, now));
    } catch (UnknownHostException e) {
      if (complained.put(a, true) == null) {
        Log.warn(
            "peer "
                + peer
                + ": endpoint "
                + a.host()
                + " does not resolve; trying again every "
                + AGAIN_MILLIS / 1000
                + " s");
        wanted = true;
      }
      return false;
    }
  }

  /** Something does not answer: names are looked up again soon. Does not wait for a look-up. */
  void wanted() {
    wanted = true;
  }

  /**
   * Starts looking up.
   *
   * @param changed called when a name has a new address
   */
  void start(Runnable changed) {
    Thread.ofVirtual().name("ipae-resolver").start(() -> run(changed));
  }

  private void run(Runnable changed) {
    try {
      while (true) {
        List<Address> names;
        synchronized (this) {
          wait(AGAIN_MILLIS);
          if (stopping) {
            return;
          }
          boolean unresolved = !complained.isEmpty();
          if (!wanted && !unresolved) {
            continue;
          }
          wanted = false;
          names = new ArrayList<>(answers.keySet());
          names.addAll(complained.keySet());
        }
        boolean news = false;
        for (Address a : names) {
          if (!a.literal()) {
            news |= again(a);
          }
        }
        if (news) {
          changed.run();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean again(Address a) {
    try {
      Endpoint now = a.resolve();
      synchronized (this) {
        complained.remove(a);
        return !now.equals(answers.put(a, now));
      }
    } catch (UnknownHostException e) {
      return false;
    }
  }

  synchronized void stop() {
    stopping = true;
    notifyAll();
  }
}
