// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.host;

import org.ipae.tunnel.peer.Why;

/**
 * A change an operator wants to know, once.
 *
 * @param peer its name
 * @param up whether traffic passes now
 * @param detail more for people, may be empty
 */
public record Event(String peer, boolean up, Why why, String detail) {}
