// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.link;

/** The way from the packet threads to control. */
@FunctionalInterface
public interface Notices {

  /** Hands a notice over; false if control is too busy and it is lost. Never blocks. */
  boolean offer(Notice notice);
}
