// SPDX-License-Identifier: Apache-2.0
/** What every association is given: settings, keys of this host, effects, the time. */
@NullMarked
package org.ipae.tunnel.association.host;

import org.jspecify.annotations.NullMarked;
