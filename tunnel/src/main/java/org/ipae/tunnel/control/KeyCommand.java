// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

/** What an operator can say about the key of this host. */
public enum KeyCommand {
  /** A new key takes the place of the present one. */
  BEGIN,

  /** The same, but nothing is published before {@link #PROCEED}. */
  BEGIN_HELD,

  /** A change that is held goes on. */
  PROCEED,

  /** A change of which nobody has heard yet is given up. */
  CANCEL,

  /** The key beside the present one takes its place; another host publishes it. */
  FOLLOW
}
