// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.Split;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.session.SendLane;

/**
 * A configured peer that sends on all lanes of its session, and reads nothing. It owns as many
 * inner addresses as it has lanes, so that the kernel of the gateway gives each lane an inner flow.
 */
final class Caller {
  private static final int IPV4 = 20;
  private static final int PACKET = IPV4 + 8 + 32;
  private static final int ICMP = 1;

  private final Stranger stranger;
  private final byte[] inner;
  private final byte[] target;
  private final List<SendLane> lanes = new ArrayList<>();
  private final byte[] sealed = new byte[PACKET + 28];

  /**
   * @param inner the first of its inner addresses
   * @param target the inner address of the gateway
   */
  Caller(Stranger stranger, byte[] inner, byte[] target) {
    this.stranger = stranger;
    this.inner = inner;
    this.target = target;
  }

  /** Makes a new session; from now on it is used. */
  void call(int wished) throws IOException {
    Established e = stranger.session(wished);
    lanes.forEach(SendLane::close);
    lanes.clear();
    try (Split split = e.split()) {
      for (int n = 0; n < e.payload().lanes(); n++) {
        lanes.add(new SendLane(e.suite(), split.initiatorToResponder(), n));
      }
    }
    if (lanes.size() != wished) {
      throw new IOException("the gateway grants " + lanes.size() + " lanes of " + wished);
    }
  }

  /** An echo request on each lane. */
  void speak() {
    for (int n = 0; n < lanes.size(); n++) {
      int length = lanes.get(n).seal(echoRequest(n), 0, PACKET, sealed, 0);
      lanes.get(n).mask(sealed);
      stranger.send(java.util.Arrays.copyOf(sealed, length));
    }
  }

  private byte[] echoRequest(int lane) {
    ByteBuffer p = ByteBuffer.allocate(PACKET);
    p.put((byte) 0x45).put((byte) 0).putShort((short) PACKET).putInt(0);
    p.put((byte) 64).put((byte) ICMP).putShort((short) 0).put(inner).put(target);
    p.put(15, (byte) (inner[3] + lane));
    p.putShort(10, checksum(p, 0, IPV4));
    p.put(IPV4, (byte) 8);
    p.putShort(IPV4 + 2, checksum(p, IPV4, PACKET));
    return p.array();
  }

  /** RFC 1071, of a range whose own checksum is still 0. */
  private static short checksum(ByteBuffer p, int from, int to) {
    int sum = 0;
    for (int at = from; at < to; at += 2) {
      sum += p.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }
}
