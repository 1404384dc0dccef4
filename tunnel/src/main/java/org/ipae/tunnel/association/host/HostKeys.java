// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.HostIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The key pairs that this host answers for. The newest one calls; those before it are answered for
 * {@link #OVERLAP} more, so that a change of keys leaves no gap. One thread.
 */
public final class HostKeys implements AutoCloseable {
  /** How long a key that has been replaced is still answered, milliseconds. */
  public static final long OVERLAP = 600_000;

  private record Live(X25519KeyPair pair, HostIdentity identity, long until) {}

  private final List<String> virtualHosts;
  private final List<Live> live = new ArrayList<>();

  /** The key pairs stay the caller's. */
  public HostKeys(X25519KeyPair first, List<String> virtualHosts) {
    this.virtualHosts = List.copyOf(virtualHosts);
    live.add(new Live(first, new HostIdentity(first, virtualHosts), Long.MAX_VALUE));
  }

  /** The one that this host calls with. */
  public HostIdentity newest() {
    return live.getFirst().identity;
  }

  /** All that are answered, newest first. */
  public List<HostIdentity> all() {
    return live.stream().map(Live::identity).toList();
  }

  /** The one before {@code identity}, null if that was the oldest or is answered no longer. */
  public @Nullable HostIdentity before(HostIdentity identity) {
    int at = all().indexOf(identity);
    return at < 0 || at + 1 == live.size() ? null : live.get(at + 1).identity;
  }

  /** Whether a key is still answered. */
  public boolean answers(HostIdentity identity) {
    return all().contains(identity);
  }

  /** Makes another key pair the newest. */
  public void change(Moment now, X25519KeyPair next) {
    Live before = live.removeFirst();
    live.addFirst(new Live(before.pair, before.identity, now.millis() + OVERLAP));
    live.addFirst(new Live(next, new HostIdentity(next, virtualHosts), Long.MAX_VALUE));
  }

  /** Takes out the key pairs whose time is over. */
  public List<X25519KeyPair> expire(Moment now) {
    List<Live> over = new ArrayList<>(live);
    over.removeIf(k -> now.millis() < k.until);
    live.removeAll(over);
    over.forEach(k -> k.identity.close());
    return over.stream().map(Live::pair).toList();
  }

  /** Answers for nothing any more; the key pairs stay their owners'. */
  @Override
  public void close() {
    live.forEach(k -> k.identity.close());
  }

  /** All key pairs: this host stops. */
  public List<X25519KeyPair> pairs() {
    return live.stream().map(Live::pair).toList();
  }
}
