// SPDX-License-Identifier: Apache-2.0
/**
 * Cookies and the Noise exchange of both roles. Each object offers its legal next step only and is
 * consumed. PROTOCOL.md sections 6 and 7.
 */
@NullMarked
package org.ipae.tunnel.handshake;

import org.jspecify.annotations.NullMarked;
