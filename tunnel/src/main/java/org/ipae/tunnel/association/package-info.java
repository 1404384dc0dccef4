// SPDX-License-Identifier: Apache-2.0
/**
 * The association of one host pair: handshakes, sessions, cookies and paths, driven by {@link
 * org.ipae.tunnel.association.ControlPlane}. One thread; time is an argument.
 */
@NullMarked
package org.ipae.tunnel.association;

import org.jspecify.annotations.NullMarked;
