// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Split;
import org.ipae.crypto.Suite;

/**
 * What a finished exchange leaves.
 *
 * @param split the traffic secrets; the receiver of this record closes it
 * @param ephemeral the initiator's {@code e}, 32 bytes
 * @param payload what the responder said; a status other than OK means there is no session
 */
public record Established(
    Suite suite, PublicKey remote, byte[] ephemeral, Payloads.Second payload, Split split) {}
