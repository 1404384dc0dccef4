// SPDX-License-Identifier: Apache-2.0
/**
 * What happens on what: the timers and the state of one peer as a pure function, {@link
 * org.ipae.tunnel.peer.Transitions}.
 */
@NullMarked
package org.ipae.tunnel.peer;

import org.jspecify.annotations.NullMarked;
