// SPDX-License-Identifier: Apache-2.0
/**
 * The threads of a running node and their sockets: {@link org.ipae.tunnel.io.OutboundLoop}, {@link
 * org.ipae.tunnel.io.InboundLoop}, {@link org.ipae.tunnel.io.ControlLoop}.
 */
@NullMarked
package org.ipae.tunnel.io;

import org.jspecify.annotations.NullMarked;
