// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.association.contact;

import org.ipae.tunnel.association.host.PeerConfig;
import org.ipae.tunnel.wire.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Who is called, and where.
 *
 * @param endpoint null if it is not known
 * @param initMtu outer bytes that the INIT may be assumed to have
 * @param earlyMtu the same for the data behind it, which is not sent again if it is too big
 */
public record Target(PeerConfig settings, @Nullable Endpoint endpoint, int initMtu, int earlyMtu) {}
