// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.size;

/**
 * What the path to a peer carries.
 *
 * @param pathMtu largest outer IP packet in use, bytes
 */
public record SizeStatus(int pathMtu, PathMtuState pathMtuState) {}
