// SPDX-License-Identifier: Apache-2.0
/** What the tunnel costs, measured beside others in one run. */
@NullMarked
package org.ipae.bench;

import org.jspecify.annotations.NullMarked;
