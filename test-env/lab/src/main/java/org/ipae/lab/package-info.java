// SPDX-License-Identifier: Apache-2.0
/**
 * Hosts in network namespaces of this machine, the cables between them, and the daemons on them.
 */
@NullMarked
package org.ipae.lab;

import org.jspecify.annotations.NullMarked;
