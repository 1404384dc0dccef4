// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.properties;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Walks from an object over everything of this project that it refers to, collections included. */
public final class Reachable {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> next = new ArrayDeque<>();
  private long bytes;

  private Reachable(Object root) {
    add(root);
    while (!next.isEmpty()) {
      visit(next.removeFirst());
    }
  }

  /** All objects of a class. */
  static <T> List<T> find(Object root, Class<T> type) {
    List<T> out = new ArrayList<>();
    for (Object o : new Reachable(root).seen) {
      if (type.isInstance(o)) {
        out.add(type.cast(o));
      }
    }
    return out;
  }

  /** A measure of memory: objects, and bytes of primitive arrays. */
  public static long weight(Object... roots) {
    Reachable r = new Reachable(List.of(roots));
    return 16L * r.seen.size() + r.bytes;
  }

  private void add(Object o) {
    if (o != null && seen.add(o)) {
      next.add(o);
    }
  }

  private void visit(Object o) {
    Class<?> c = o.getClass();
    if (o instanceof Object[] array) {
      for (Object e : array) {
        add(e);
      }
    } else if (c.isArray()) {
      bytes += (long) Array.getLength(o) * (o instanceof long[] ? 8 : o instanceof int[] ? 4 : 1);
    } else if (o instanceof Collection<?> all) {
      all.forEach(this::add);
    } else if (o instanceof Map<?, ?> map) {
      map.forEach((k, v) -> {
        add(k);
        add(v);
      });
    } else if (o instanceof AtomicReferenceArray<?> array) {
      for (int i = 0; i < array.length(); i++) {
        add(array.get(i));
      }
    } else if (c.getName().startsWith("org.ipae.tunnel.")
        && !c.getName().contains(".sim.")
        && !c.isEnum()) {
      for (Class<?> k = c; k != null && k != Object.class; k = k.getSuperclass()) {
        for (Field f : k.getDeclaredFields()) {
          if (!f.getType().isPrimitive() && !Modifier.isStatic(f.getModifiers())) {
            add(value(f, o));
          }
        }
      }
    }
  }

  /** The value of a field, whatever its visibility. */
  static Object value(Field f, Object o) {
    try {
      f.setAccessible(true);
      return f.get(o);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
