// SPDX-License-Identifier: Apache-2.0
/**
 * The data path, run to completion: {@link org.ipae.tunnel.engine.Outbound} from TUN to network,
 * {@link org.ipae.tunnel.engine.Inbound} back. No thread, socket, file or clock.
 */
@NullMarked
package org.ipae.tunnel.engine;

import org.jspecify.annotations.NullMarked;
