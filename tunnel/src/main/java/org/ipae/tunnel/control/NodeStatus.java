// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.config.Offload;
import org.ipae.tunnel.library.Encryption;
import org.ipae.tunnel.routing.Prefix;
import org.ipae.tunnel.wire.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * A running node at one moment.
 *
 * @param keyChange null if none is under way
 * @param keyDueMillis until the next change of its key begins by itself; -1 if none does
 * @param uptimeMillis since its start
 * @param heap bytes to which its heap may grow
 * @param lanes pairs of packet threads, and queues of the interface
 * @param offload what is in use now
 * @param drops datagrams and packets since the start; reasons may be left out where it is 0
 * @param receiveDrops datagrams that the kernel dropped for want of buffer
 * @param sendErrors datagrams that the kernel refused to send, by the C name of the error
 * @param routesNotSet prefixes of peers that have no route on this host, and why
 * @param peers a node that runs is asked for them piece by piece, while they are read
 */
public record NodeStatus(
    String name,
    PublicKey key,
    @Nullable KeyChange keyChange,
    long keyDueMillis,
    long pid,
    long uptimeMillis,
    long heap,
    String tunName,
    int tunMtu,
    List<String> tunAddresses,
    int lanes,
    List<String> listen,
    List<String> suites,
    Offload offload,
    Encryption encryption,
    Map<DropReason, Long> drops,
    long receiveDrops,
    Map<String, Long> sendErrors,
    Map<Prefix, String> routesNotSet,
    Iterable<PeerStatus> peers) {
  public NodeStatus {
    tunAddresses = List.copyOf(tunAddresses);
    listen = List.copyOf(listen);
    suites = List.copyOf(suites);
    drops = Map.copyOf(drops);
    sendErrors = new TreeMap<>(sendErrors);
    routesNotSet = Map.copyOf(routesNotSet);
  }
}
