// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

/** What DNS says of a name. PROTOCOL.md section 16. */
public enum Verdict {
  /** There are records, validated up to a trust anchor. */
  SECURE("secure"),
  /** There are records, of a zone that is provably unsigned. */
  INSECURE("insecure"),
  /** The answer does not pass validation. */
  BOGUS("bogus"),
  /** There are no such records, proven or not. */
  ABSENT("absent"),
  /** There was no usable answer in time. */
  UNREACHABLE("unreachable");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
