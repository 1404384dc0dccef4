// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.session;

import org.ipae.crypto.HeaderMask;

/**
 * Room for masking a batch of counters. A thread lends its own to each lane that it claims: a lane
 * that kept one would hold it for months, and there are thousands of lanes.
 */
public final class MaskRoom {
  /** Most counters of a batch. */
  static final int BATCH = 64;

  final byte[] samples = new byte[BATCH * HeaderMask.BLOCK];
  final byte[] masks = new byte[BATCH * HeaderMask.BLOCK];

  /** Unmasked, of the last batch that was received. */
  final int[] counters = new int[BATCH];
}
