// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertIterableEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecesTest {
  private static final int SIZE = 4;

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<Integer> piece(List<Integer> all, int from) {
    return all.stream().skip(from).limit(SIZE).toList();
  }

  @Test
  void allComeInTheirOrderHoweverManyThereAre() throws IOException {
    for (int count = 0; count <= 3 * SIZE; count++) {
      List<Integer> all = numbers(count);
      Pieces<Integer> pieces = new Pieces<>(SIZE, from -> piece(all, from));
      assertIterableEquals(all, pieces);
      assertIterableEquals(all, pieces, "again");
    }
  }

  @Test
  void whatGoesMeanwhileEndsIt() throws IOException {
    List<Integer> all = new ArrayList<>(numbers(2 * SIZE));
    Iterator<Integer> i = new Pieces<>(SIZE, from -> piece(all, from)).iterator();
    all.clear();
    for (int k = 0; k < SIZE; k++) {
      assertEquals(k, i.next());
    }
    assertThrows(NoSuchElementException.class, i::next);
  }

  @Test
  void aFailureComesAtOnceOrWhileItIsRead() throws IOException {
    assertThrows(IOException.class, () -> new Pieces<>(SIZE, from -> failing(from, 0)));
    Iterator<Integer> i = new Pieces<>(SIZE, from -> failing(from, SIZE)).iterator();
    for (int k = 0; k < SIZE; k++) {
      i.next();
    }
    assertThrows(UncheckedIOException.class, i::hasNext);
  }

  private static List<Integer> failing(int from, int end) throws IOException {
    if (from == end) {
      throw new IOException("gone");
    }
    return numbers(SIZE);
  }
}
