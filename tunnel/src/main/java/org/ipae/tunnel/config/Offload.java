package org.ipae.tunnel.config;

/**
 * What is left to the kernel; as wished in the configuration, as found in a status.
 *
 * @param tunTcp TCP superpackets and checksums at the TUN device
 * @param tunUdp UDP superpackets at the TUN device; only with {@code tunTcp}
 * @param udpGso runs of datagrams sent in one message
 * @param udpGro runs of datagrams received in one message
 */
public record Offload(boolean tunTcp, boolean tunUdp, boolean udpGso, boolean udpGro) {
  /** Everything. */
  public static Offload all() {
    return new Offload(true, true, true, true);
  }
}
