// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.HostIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The key pairs that this host answers for. One calls. Others are answered because they are to call
 * later, or have called before: for {@link #OVERLAP} more, unless whoever changes the keys decides
 * when they end. One thread.
 */
public final class HostKeys implements AutoCloseable {
  /** How long a key that has been replaced is still answered, milliseconds. */
  public static final long OVERLAP = 600_000;

  /**
   * Key pairs that are to be answered.
   *
   * @param calling the one that this host calls with
   * @param before have called; peers may not know the calling one yet
   * @param next will call; peers may know them already
   */
  public record Wanted(
      X25519KeyPair calling, List<X25519KeyPair> before, List<X25519KeyPair> next) {
    public Wanted {
      before = List.copyOf(before);
      next = List.copyOf(next);
    }

    /** One that takes the place of what there was. */
    public static Wanted only(X25519KeyPair calling) {
      return new Wanted(calling, List.of(), List.of());
    }
  }

  private enum Role {
    CALLING,
    BEFORE,
    NEXT
  }

  private record Live(X25519KeyPair pair, HostIdentity identity, Role role, long until) {
    boolean isOf(PublicKey key) {
      return identity.publicKey().equals(key);
    }

    Live as(Role now, long end) {
      return new Live(pair, identity, now, end);
    }
  }

  private List<String> virtualHosts;

  /** The calling one, those before it from the newest to the oldest, then what comes next. */
  private List<Live> live = new ArrayList<>();

  /** Not answered any more, and not erased yet. */
  private final List<X25519KeyPair> over = new ArrayList<>();

  /** The key pairs stay the caller's. */
  public HostKeys(X25519KeyPair first, List<String> virtualHosts) {
    this.virtualHosts = List.copyOf(virtualHosts);
    live.add(new Live(first, new HostIdentity(first, virtualHosts), Role.CALLING, Long.MAX_VALUE));
  }

  /** INITs may select these from now on. */
  public void virtualHosts(List<String> names) {
    virtualHosts = List.copyOf(names);
    live.forEach(k -> k.identity.virtualHosts(virtualHosts));
  }

  /** The one that this host calls with. */
  public HostIdentity newest() {
    return live.getFirst().identity;
  }

  /** All that are answered. */
  public List<HostIdentity> all() {
    return live.stream().map(Live::identity).toList();
  }

  /** The one that called before {@code identity}, null if that is the oldest or not answered. */
  public @Nullable HostIdentity before(HostIdentity identity) {
    int at = all().indexOf(identity);
    boolean any = at >= 0 && at + 1 < live.size() && live.get(at + 1).role == Role.BEFORE;
    return any ? live.get(at + 1).identity : null;
  }

  /** Whether a key is still answered. */
  public boolean answers(HostIdentity identity) {
    return all().contains(identity);
  }

  /**
   * These are answered from now on. The one that has called until now stays for {@link #OVERLAP} if
   * it is not among them, and so do those that stay already; others end at once. Of two pairs that
   * are the same the later one is over.
   */
  public void become(Moment now, Wanted wanted) {
    List<Live> rest = new ArrayList<>(live);
    List<Live> next = new ArrayList<>();
    next.add(take(rest, wanted.calling, Role.CALLING));
    wanted.before.forEach(p -> next.add(take(rest, p, Role.BEFORE)));
    List<Live> later = wanted.next.stream().map(p -> take(rest, p, Role.NEXT)).toList();
    for (Live k : rest) {
      if (k.role == Role.CALLING) {
        next.add(k.as(Role.BEFORE, now.millis() + OVERLAP));
      } else if (k.until != Long.MAX_VALUE) {
        next.add(k);
      } else {
        end(k);
      }
    }
    next.addAll(later);
    live = next;
  }

  private Live take(List<Live> rest, X25519KeyPair pair, Role role) {
    PublicKey key = PublicKey.of(pair.publicKey());
    for (Live k : rest) {
      if (k.isOf(key)) {
        rest.remove(k);
        if (k.pair != pair) {
          over.add(pair);
        }
        return k.as(role, Long.MAX_VALUE);
      }
    }
    return new Live(pair, new HostIdentity(pair, virtualHosts), role, Long.MAX_VALUE);
  }

  private void end(Live k) {
    k.identity.close();
    over.add(k.pair);
  }

  /** Takes out the key pairs that are not answered any more. */
  public List<X25519KeyPair> expire(Moment now) {
    List<Live> ended = new ArrayList<>(live);
    ended.removeIf(k -> now.millis() < k.until);
    live.removeAll(ended);
    ended.forEach(this::end);
    List<X25519KeyPair> out = List.copyOf(over);
    over.clear();
    return out;
  }

  /** Answers for nothing any more; the key pairs stay their owners'. */
  @Override
  public void close() {
    live.forEach(k -> k.identity.close());
  }

  /** All key pairs: this host stops. */
  public List<X25519KeyPair> pairs() {
    return Stream.concat(live.stream().map(Live::pair), over.stream()).toList();
  }
}
