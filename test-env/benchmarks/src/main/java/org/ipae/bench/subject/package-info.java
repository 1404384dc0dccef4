// SPDX-License-Identifier: Apache-2.0
/** The two sites, and what carries packets between them. */
@NullMarked
package org.ipae.bench.subject;

import org.jspecify.annotations.NullMarked;
