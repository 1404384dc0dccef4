// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

/**
 * One question to one name server, as {@code ipae dns lookup} tells it.
 *
 * @param millis until the answer, or until it was given up
 * @param outcome like "NOERROR, 2 records", or what was wrong with it
 */
public record Step(String question, String server, boolean tcp, long millis, String outcome) {}
