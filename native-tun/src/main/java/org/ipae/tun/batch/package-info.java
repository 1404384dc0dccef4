// SPDX-License-Identifier: Apache-2.0
/** Packets and datagrams in batches: arrays that a caller owns and fills, no kernel. */
@NullMarked
package org.ipae.tun.batch;

import org.jspecify.annotations.NullMarked;
