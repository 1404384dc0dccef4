// SPDX-License-Identifier: Apache-2.0
/** Inner IP headers and longest-prefix routing. Pure; knows no other package. */
@NullMarked
package org.ipae.tunnel.routing;

import org.jspecify.annotations.NullMarked;
