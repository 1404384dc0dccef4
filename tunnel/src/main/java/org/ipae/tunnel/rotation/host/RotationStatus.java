// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation.host;

import org.ipae.tunnel.rotation.Rotation;
import org.jspecify.annotations.Nullable;

/**
 * What a change of keys is doing.
 *
 * @param rotation the one under way; null if there is none
 * @param leftMillis until its step ends by itself; -1 if it waits for something else
 * @param trouble what is in its way; empty if nothing is
 * @param troubleMillis for how long; -1 if nothing is
 * @param dueMillis until the next change begins by itself, without one; -1 if none does
 * @param at when all this was so, milliseconds of the boot clock
 */
public record RotationStatus(
    @Nullable Rotation rotation,
    long leftMillis,
    String trouble,
    long troubleMillis,
    long dueMillis,
    long at) {}
