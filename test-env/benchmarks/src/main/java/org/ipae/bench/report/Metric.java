// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

/**
 * A row of the comparison: one measure for each column.
 *
 * @param name what the names of its measures end with
 * @param text what people read, with the unit
 * @param decimals how many are shown
 * @param chart whether the chart has it
 */
public record Metric(String name, String text, int decimals, boolean chart) {}
