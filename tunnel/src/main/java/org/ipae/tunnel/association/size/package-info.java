// SPDX-License-Identifier: Apache-2.0
/** How large the datagrams of a path may be, found by probes. */
@NullMarked
package org.ipae.tunnel.association.size;

import org.jspecify.annotations.NullMarked;
