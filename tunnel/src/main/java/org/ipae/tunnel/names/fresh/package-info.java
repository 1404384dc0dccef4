// SPDX-License-Identifier: Apache-2.0
/** Keeps what names say up to date, so that nothing else waits for DNS. */
@NullMarked
package org.ipae.tunnel.names.fresh;

import org.jspecify.annotations.NullMarked;
