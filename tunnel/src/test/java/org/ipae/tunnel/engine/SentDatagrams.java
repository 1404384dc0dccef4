// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tunnel.wire.Path;

/** Has room for some datagrams and keeps what was sent, as it was then. */
final class SentDatagrams implements DatagramSink {
  /** A datagram and the ECN bits it was sent with. */
  record Sent(byte[] bytes, int ecn) {}

  private record Added(int offset, int length, int ecn) {}

  private final int room;
  private final byte[] array = new byte[1 << 16];
  private final List<Added> added = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private int used;

  SentDatagrams(int room) {
    this.room = room;
  }

  List<Sent> sent() {
    return sent;
  }

  @Override
  public byte[] array() {
    return array;
  }

  @Override
  public int room(int size) {
    return added.size() == room ? -1 : used;
  }

  @Override
  public void add(int offset, int length, Path path, int ecn) {
    added.add(new Added(offset, length, ecn));
    used = offset + length;
  }

  @Override
  public void flush() {
    for (Added a : added) {
      sent.add(new Sent(Arrays.copyOfRange(array, a.offset, a.offset + a.length), a.ecn));
    }
    added.clear();
    used = 0;
  }
}
