// SPDX-License-Identifier: Apache-2.0
/** How a host changes the key that it publishes, step by step. PROTOCOL.md section 16. */
@NullMarked
package org.ipae.tunnel.rotation;

import org.jspecify.annotations.NullMarked;
