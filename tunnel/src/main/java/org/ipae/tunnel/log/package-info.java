// SPDX-License-Identifier: Apache-2.0
/** Where the daemon tells its operator of changes. */
@NullMarked
package org.ipae.tunnel.log;

import org.jspecify.annotations.NullMarked;
