// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.rotation.Step;

/**
 * A change of this host's key that is under way.
 *
 * @param from the old key
 * @param to the new key
 * @param held whether it waits for the operator
 * @param leftMillis until the step ends by itself; -1 if it waits for something else
 * @param trouble what is in its way; empty if nothing is
 * @param troubleMillis for how long; -1 if nothing is
 */
public record KeyChange(
    Step step,
    PublicKey from,
    PublicKey to,
    boolean held,
    long leftMillis,
    String trouble,
    long troubleMillis) {}
