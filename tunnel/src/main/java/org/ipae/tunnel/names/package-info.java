// SPDX-License-Identifier: Apache-2.0
/** What the daemon asks DNS. */
@NullMarked
package org.ipae.tunnel.names;

import org.jspecify.annotations.NullMarked;
