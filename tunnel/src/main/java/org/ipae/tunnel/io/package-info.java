/**
 * The threads of a running node and what connects them to the kernel: {@link
 * org.ipae.tunnel.io.OutboundLoop}, {@link org.ipae.tunnel.io.InboundLoop}, {@link
 * org.ipae.tunnel.io.ControlLoop}, put together by {@link org.ipae.tunnel.io.Node}.
 */
@NullMarked
package org.ipae.tunnel.io;

import org.jspecify.annotations.NullMarked;
