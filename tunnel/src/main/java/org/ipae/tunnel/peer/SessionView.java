// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.peer;

/**
 * What the timers need to know of the session that carries traffic.
 *
 * @param createdAt when it was made, milliseconds
 * @param initiator whether this side initiated it
 * @param lastSent when a datagram was last sent
 * @param lastReceived when an authentic datagram last came
 * @param answered whether the peer has answered a PING since the session stopped sending
 * @param traffic whether it has carried anything that deserves new keys
 * @param wearingOut whether a limit of its keys is near
 * @param keepAlive milliseconds of quiet after which something is sent; 0 for never
 * @param replaceAt when a full handshake is to replace it, since one of its static keys goes;
 *     {@link PeerState#NEVER} if none does; never that where it is not rekeyable
 * @param rekeyable whether both static keys may still be used
 */
public record SessionView(
    long createdAt,
    boolean initiator,
    long lastSent,
    long lastReceived,
    boolean answered,
    boolean traffic,
    boolean wearingOut,
    long keepAlive,
    long replaceAt,
    boolean rekeyable) {}
