// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ipae.tunnel.association.host.Effects;
import org.ipae.tunnel.association.host.Moment;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * Seals the data that follows an INIT, and keeps the datagrams: they are repeated byte for byte
 * with the INIT, so that no counter is used twice.
 */
public final class EarlySender implements AutoCloseable {
  /** Packets that may go early with one INIT. */
  public static final int LIMIT = 16;

  private final SendLane lane;
  private final Path path;
  private final int maxDatagram;
  private final Padding padding;
  private final Effects effects;
  private final long id;
  private final List<Sent> sent = new ArrayList<>(0);

  private record Sent(byte[] packet, byte[] datagram) {}

  EarlySender(Initiator initiator, Path path, int maxDatagram, Padding padding, Effects effects) {
    id = initiator.earlyId();
    lane = new SendLane(initiator.wish().suite(), initiator.earlySecret(), 0, id);
    lane.ready(); // before the INIT leaves, so that the packets follow it at once
    this.path = path;
    this.maxDatagram = maxDatagram;
    this.padding = padding;
    this.effects = effects;
  }

  /** What has been sent, of which the peer has to say what has come; null if nothing was. */
  @Nullable SentEarly outstanding(Moment now) {
    return sent.isEmpty() ? null : new SentEarly(now, id, packets());
  }

  List<byte[]> packets() {
    return sent.stream().map(Sent::packet).toList();
  }

  /** Seals and sends as many of the waiting packets as may go early. */
  void send(Queued queued) {
    while (sent.size() < LIMIT) {
      int room = maxDatagram - Sizes.DATA_OVERHEAD;
      byte[] packet = queued.nextEarly(room);
      if (packet == null) {
        return;
      }
      byte[] plain =
          Arrays.copyOf(packet, Math.max(packet.length, padding.pad(packet.length, room)));
      Arrays.fill(plain, packet.length, plain.length, (byte) Item.PADDING);
      byte[] datagram = new byte[plain.length + Sizes.DATA_OVERHEAD];
      lane.seal(plain, 0, plain.length, datagram, 0);
      lane.mask(datagram);
      sent.add(new Sent(packet, datagram));
      effects.datagram(path, datagram);
    }
  }

  void repeat() {
    for (Sent s : sent) {
      effects.datagram(path, s.datagram);
    }
  }

  @Override
  public void close() {
    lane.close();
  }
}
