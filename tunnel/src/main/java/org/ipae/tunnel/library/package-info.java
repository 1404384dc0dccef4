// SPDX-License-Identifier: Apache-2.0
/** Which library encrypts packets, and how it is tried before it may. */
@NullMarked
package org.ipae.tunnel.library;

import org.jspecify.annotations.NullMarked;
