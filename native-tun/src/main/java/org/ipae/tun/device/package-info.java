// SPDX-License-Identifier: Apache-2.0
/** The TUN device: IP packets of the host, read and written. */
@NullMarked
package org.ipae.tun.device;

import org.jspecify.annotations.NullMarked;
