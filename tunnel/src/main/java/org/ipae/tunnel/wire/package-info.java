// SPDX-License-Identifier: Apache-2.0
/** The wire format: the only package that knows an offset. PROTOCOL.md section 4 and 8. */
@NullMarked
package org.ipae.tunnel.wire;

import org.jspecify.annotations.NullMarked;
