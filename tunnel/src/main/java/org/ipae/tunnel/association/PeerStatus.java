package org.ipae.tunnel.association;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.peer.Attempt;
import org.ipae.tunnel.peer.Why;
import org.jspecify.annotations.Nullable;

/**
 * A peer as {@code ipae show} tells it. Ages are milliseconds, -1 where there is none.
 *
 * @param suite of the current session
 * @param lanesApart lanes that go by a UDP flow of their own, not by that of lane 0
 * @param handshakeAge age of the current session
 * @param receivedAge since the last authentic datagram
 * @param rttMicros round trip inside the protocol, 0 if unknown
 * @param pathMtu largest outer IP packet in use
 * @param lost datagrams that the peer reports missing, of {@code sentDatagrams}; without probes of
 *     the path MTU
 * @param cookies usable cookies in the cache
 * @param cookieFor how long the newest one may be used
 * @param earlyData inner packets that went out before their handshake was done
 * @param unreadable requests from this peer's address that no key of this host reads
 */
public record PeerStatus(
    String name,
    PublicKey key,
    boolean up,
    Why why,
    Attempt attempt,
    @Nullable String endpoint,
    @Nullable String local,
    @Nullable String observed,
    @Nullable String suite,
    int lanes,
    int lanesApart,
    int pathMtu,
    PathMtuState pathMtuState,
    long handshakeAge,
    long receivedAge,
    long rttMicros,
    long sentDatagrams,
    long lost,
    long cookies,
    long cookieFor,
    long sentPackets,
    long sentBytes,
    long receivedPackets,
    long receivedBytes,
    long handshakes,
    long earlyData,
    long unreadable,
    List<String> routes) {}
