// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation;

/** Where a change of keys is. Each is on disk before what it says is done. */
public enum Step {
  /** The new key is there and answered for. */
  MADE("the new key is answered for"),

  /** Both keys go into DNS, until every server of the zone has them. */
  PUBLISHING("waiting until every name server has both keys"),

  /** Who has looked the old key up alone may still hold that. */
  SPREADING("waiting until nobody holds the old key alone"),

  /** This host calls with the new key. */
  CALLING("the new key is in use, the old one is answered for"),

  /** The old key goes out of DNS, until no server of the zone has it. */
  WITHDRAWING("waiting until no name server has the old key"),

  /** Who has looked the old key up may still hold it. */
  FORGETTING("waiting until nobody holds the old key");

  private final String text;

  Step(String text) {
    this.text = text;
  }

  /** In words for people. */
  public String text() {
    return text;
  }

  /** Whether the new key calls. */
  public boolean swapped() {
    return compareTo(CALLING) >= 0;
  }

  /** Whether the old key is to be in DNS. */
  public boolean oldPublished() {
    return compareTo(WITHDRAWING) < 0;
  }

  /** Whether the new key is to be in DNS. */
  public boolean newPublished() {
    return this != MADE;
  }
}
