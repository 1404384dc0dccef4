// SPDX-License-Identifier: Apache-2.0
/** What control and the packet threads share: channels, routes, notices, counters and limits. */
@NullMarked
package org.ipae.tunnel.link;

import org.jspecify.annotations.NullMarked;
