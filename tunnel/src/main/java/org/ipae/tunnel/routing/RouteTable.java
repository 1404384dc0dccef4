// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.routing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Immutable longest-prefix match: a path-compressed binary trie over the 16-byte address form, so
 * that one table serves IPv4 and IPv6. Look-ups allocate nothing and are safe from any thread.
 */
public final class RouteTable<T> {

  private static final class Node<T> {
    final long hi;
    final long lo;
    final int bits;
    @Nullable T value;
    @Nullable Node<T> zero;
    @Nullable Node<T> one;

    Node(long hi, long lo, int bits) {
      this.hi = hi & Prefix.hiMask(bits);
      this.lo = lo & Prefix.loMask(bits);
      this.bits = bits;
    }

    boolean covers(long h, long l) {
      return ((h ^ hi) & Prefix.hiMask(bits)) == 0 && ((l ^ lo) & Prefix.loMask(bits)) == 0;
    }

    @Nullable Node<T> child(long h, long l) {
      return bit(h, l, bits) ? one : zero;
    }

    void adopt(Node<T> node) {
      if (bit(node.hi, node.lo, bits)) {
        one = node;
      } else {
        zero = node;
      }
    }
  }

  private final @Nullable Node<T> root;

  public RouteTable(Map<Prefix, T> routes) {
    Node<T> top = null;
    for (Map.Entry<Prefix, T> e : routes.entrySet()) {
      top = insert(top, e.getKey(), e.getValue());
    }
    root = top;
  }

  /** What the longest prefix that contains the address leads to, or null. */
  public @Nullable T lookup(long hi, long lo) {
    int least = Prefix.leastBits(hi, lo);
    T best = null;
    Node<T> node = root;
    while (node != null && node.covers(hi, lo)) {
      if (node.value != null && node.bits >= least) {
        best = node.value;
      }
      if (node.bits == 128) {
        break;
      }
      node = node.child(hi, lo);
    }
    return best;
  }

  private static <T> Node<T> insert(@Nullable Node<T> node, Prefix p, T value) {
    if (node == null) {
      Node<T> leaf = new Node<>(p.hi(), p.lo(), p.bits());
      leaf.value = value;
      return leaf;
    }
    int common = Math.min(commonBits(node, p), Math.min(node.bits, p.bits()));
    if (common < node.bits) {
      Node<T> parent = new Node<>(p.hi(), p.lo(), common);
      parent.adopt(node);
      if (common == p.bits()) {
        parent.value = value;
      } else {
        parent.adopt(insert(null, p, value));
      }
      return parent;
    }
    if (p.bits() == node.bits) {
      node.value = value;
    } else {
      node.adopt(insert(node.child(p.hi(), p.lo()), p, value));
    }
    return node;
  }

  private static int commonBits(Node<?> node, Prefix p) {
    long high = node.hi ^ p.hi();
    return high != 0
        ? Long.numberOfLeadingZeros(high)
        : 64 + Long.numberOfLeadingZeros(node.lo ^ p.lo());
  }

  private static boolean bit(long hi, long lo, int index) {
    return index < 64 ? (hi << index) < 0 : (lo << (index - 64)) < 0;
  }
}
