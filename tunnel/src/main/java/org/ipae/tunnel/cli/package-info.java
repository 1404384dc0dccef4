// SPDX-License-Identifier: Apache-2.0
/** The command line. The only place that prints and exits. */
@NullMarked
package org.ipae.tunnel.cli;

import org.jspecify.annotations.NullMarked;
