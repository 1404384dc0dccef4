// SPDX-License-Identifier: Apache-2.0
/** The C functions in use, and the layouts and numbers that they are called with. */
@NullMarked
package org.ipae.tun.kernel;

import org.jspecify.annotations.NullMarked;
