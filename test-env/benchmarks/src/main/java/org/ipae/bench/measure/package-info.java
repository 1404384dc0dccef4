// SPDX-License-Identifier: Apache-2.0
/** Numbers: how they are taken from programs and from /proc, and what is made of several. */
@NullMarked
package org.ipae.bench.measure;

import org.jspecify.annotations.NullMarked;
