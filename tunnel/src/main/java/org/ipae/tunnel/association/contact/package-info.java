// SPDX-License-Identifier: Apache-2.0
/** How a session comes about: cookies, INITs, early data, packets that wait. */
@NullMarked
package org.ipae.tunnel.association.contact;

import org.jspecify.annotations.NullMarked;
