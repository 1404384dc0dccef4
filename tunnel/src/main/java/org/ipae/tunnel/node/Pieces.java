// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A list that is too long to be copied at once. What comes or goes while it is read may be missed,
 * or seen twice.
 */
final class Pieces<T> implements Iterable<T> {
  /** A piece of the list. */
  interface Source<T> {
    /** Elements from number {@code from} on: fewer than a whole piece at the end. */
    List<T> piece(int from) throws IOException;
  }

  private final int size;
  private final Source<T> source;
  private final List<T> first;

  /**
   * @param size elements of a piece
   * @throws IOException if the first cannot be had
   */
  Pieces(int size, Source<T> source) throws IOException {
    this.size = size;
    this.source = source;
    first = source.piece(0);
  }

  @Override
  public Iterator<T> iterator() {
    return new Iterator<>() {
      private List<T> piece = first;
      private int begin;
      private int at;

      @Override
      public boolean hasNext() {
        if (at == size) {
          begin += size;
          at = 0;
          piece = fetch(begin);
        }
        return at < piece.size();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return piece.get(at++);
      }
    };
  }

  private List<T> fetch(int from) {
    try {
      return source.piece(from);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
