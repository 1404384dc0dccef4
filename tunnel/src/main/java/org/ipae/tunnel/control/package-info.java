// SPDX-License-Identifier: Apache-2.0
/**
 * The control socket: {@link org.ipae.tunnel.control.ControlServer} lets the command line at a
 * running {@link org.ipae.tunnel.control.Daemon}, one line of JSON each way. Only local users with
 * write permission on the socket get that far.
 */
@NullMarked
package org.ipae.tunnel.control;

import org.jspecify.annotations.NullMarked;
