// SPDX-License-Identifier: Apache-2.0
/** The rows, their targets, and the forms in which they are shown. */
@NullMarked
package org.ipae.bench.report;

import org.jspecify.annotations.NullMarked;
