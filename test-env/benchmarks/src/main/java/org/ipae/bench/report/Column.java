// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.report;

/** What is compared: a column of the tables, a bar of the chart. */
public enum Column {
  NONE("none", "no tunnel", "#9aa5b1"),
  RELAY("relay", "plaintext relay", "#627d98"),
  WIREGUARD("wireguard", "wireguard-go", "#d97706"),
  IPAE("ipae", "IPAE", "#0f7b6c");

  private final String id;
  private final String title;
  private final String colour;

  Column(String id, String title, String colour) {
    this.id = id;
    this.title = title;
    this.colour = colour;
  }

  /** Names of measures begin with it. */
  public String id() {
    return id;
  }

  /** What people read. */
  public String title() {
    return title;
  }

  String colour() {
    return colour;
  }

  /** The name of the measure of a metric. */
  public String measure(String metric) {
    return id + "_" + metric;
  }
}
