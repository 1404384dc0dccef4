// SPDX-License-Identifier: Apache-2.0
/** What all that crosses to the kernel needs: errors, the clock, waiting, what the process may. */
@NullMarked
package org.ipae.tun;

import org.jspecify.annotations.NullMarked;
