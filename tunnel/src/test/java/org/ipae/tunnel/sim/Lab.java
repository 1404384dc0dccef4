// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.sim;

import java.nio.ByteBuffer;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.Endpoint;

/** Two gateways, a and b, each with a LAN. */
public final class Lab {
  public final Simulation sim;
  public final SimHost a;
  public final SimHost b;

  public Lab(long seed) {
    this(seed, false);
  }

  public Lab(long seed, boolean ipv6) {
    sim = new Simulation(seed);
    a = new SimHost(sim, "a", endpoint(1, ipv6), lan(1));
    b = new SimHost(sim, "b", endpoint(2, ipv6), lan(2));
    a.peer(b);
    b.peer(a);
  }

  public static Endpoint endpoint(int n, boolean ipv6) {
    byte[] v6 = new byte[16];
    v6[0] = 0x20;
    v6[1] = 1;
    v6[15] = (byte) n;
    return Endpoint.of(ipv6 ? v6 : new byte[] {(byte) 192, 0, 2, (byte) n}, 1138);
  }

  public static Prefix lan(int n) {
    return Prefix.of(new byte[] {10, (byte) n, 0, 0}, 16);
  }

  public Lab start() {
    a.start();
    b.start();
    return this;
  }

  /** Both start and have a confirmed session. */
  public Lab up() {
    start();
    sim.await(5_000 * Simulation.MS, "tunnel up", this::bothUp);
    return this;
  }

  public boolean bothUp() {
    return a.status(b).up() && b.status(a).up();
  }

  /** An IPv4/UDP-like packet of {@code length} bytes from LAN to LAN with a serial number. */
  public static byte[] packet(int from, int to, long serial, int length) {
    ByteBuffer p = ByteBuffer.allocate(length);
    p.put((byte) 0x45).put((byte) 0).putShort((short) length);
    p.putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
    p.put(new byte[] {10, (byte) from, 0, 1}).put(new byte[] {10, (byte) to, 0, 1});
    p.putLong(serial);
    while (p.hasRemaining()) {
      p.put((byte) (serial * 31 + p.position()));
    }
    return p.array();
  }

  public static long serial(byte[] packet) {
    return ByteBuffer.wrap(packet).getLong(20);
  }
}
