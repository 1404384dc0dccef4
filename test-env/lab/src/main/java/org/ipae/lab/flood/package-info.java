// SPDX-License-Identifier: Apache-2.0
/**
 * Strangers who own a prefix of addresses and flood a gateway from it, and peers who call from it.
 */
@NullMarked
package org.ipae.lab.flood;

import org.jspecify.annotations.NullMarked;
