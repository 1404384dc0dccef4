// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

/** What has an inner prefix: a peer, or several gateways that share it. Any thread. */
public sealed interface Hop permits PeerLink, SharedHop {

  /** Where the IP packet at {@code off} goes. */
  PeerLink pick(byte[] b, int off, int len);

  /** Whether packets from the prefix may come from this peer. */
  boolean has(PeerLink peer);
}
