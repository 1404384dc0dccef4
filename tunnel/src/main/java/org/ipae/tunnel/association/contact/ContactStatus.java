// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

/**
 * What serves the next handshake with a peer.
 *
 * @param cookies usable cookies in the cache, of the key that is called first
 * @param cookieForMillis how long the newest one may be used, -1 if there is none
 * @param earlyDataPackets inner packets that went out before their handshake was done
 */
public record ContactStatus(long cookies, long cookieForMillis, long earlyDataPackets) {}
