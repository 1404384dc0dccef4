// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.offload;

/** Values of the virtio network header (Virtio 1.2, section 5.1.6) that a TUN device knows. */
public final class Virtio {
  /** Flag: the checksum field holds the sum of the pseudo-header alone. */
  public static final int NEEDS_CSUM = 1;

  public static final int GSO_NONE = 0;
  public static final int GSO_TCPV4 = 1;
  public static final int GSO_TCPV6 = 4;
  public static final int GSO_UDP_L4 = 5;

  /** Added to a TCP type: the first segment carries CWR. */
  public static final int GSO_ECN = 0x80;

  private Virtio() {}
}
