// SPDX-License-Identifier: Apache-2.0
/** Suites, the Noise engine, keys and MACs. Pure: randomness is an argument, there is no clock. */
@NullMarked
package org.ipae.crypto;

import org.jspecify.annotations.NullMarked;
