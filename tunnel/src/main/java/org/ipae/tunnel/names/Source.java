// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.util.function.Consumer;
import org.xbill.DNS.Message;

/** Who answers questions. Any thread; blocks. */
public interface Source {
  /**
   * The answer: NOERROR or NXDOMAIN.
   *
   * @param told is told each step
   * @throws Unreachable if there is none
   */
  Message ask(Question q, Consumer<Step> told) throws Unreachable;
}
