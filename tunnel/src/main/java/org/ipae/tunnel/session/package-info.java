// SPDX-License-Identifier: Apache-2.0
/**
 * Keys and counters of established sessions: sealing, opening, replay windows. PROTOCOL.md section
 * 8.
 */
@NullMarked
package org.ipae.tunnel.session;

import org.jspecify.annotations.NullMarked;
