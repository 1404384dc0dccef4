// SPDX-License-Identifier: Apache-2.0
/** The sessions of a peer that exist: which one sends, how they are renewed, what they measure. */
@NullMarked
package org.ipae.tunnel.association.live;

import org.jspecify.annotations.NullMarked;
