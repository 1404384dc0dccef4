// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.device;

/**
 * How to open a TUN interface.
 *
 * @param multiQueue IFF_MULTI_QUEUE: the same name can be opened again, for another queue
 * @param tcp whether the kernel may hand over TCP superpackets and checksums to be completed
 * @param udp the same for UDP superpackets; only together with {@code tcp}
 */
public record TunOptions(boolean multiQueue, boolean tcp, boolean udp) {
  /** One queue, whole packets with whole checksums. */
  public static TunOptions defaults() {
    return new TunOptions(false, false, false);
  }

  /** The same with these offloads, as far as the kernel has them. */
  public TunOptions withOffload(boolean tcp, boolean udp) {
    return new TunOptions(multiQueue, tcp, udp);
  }
}
