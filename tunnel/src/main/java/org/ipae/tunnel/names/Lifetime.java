// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** How long others may hold an answer, or a denial (RFC 2308). */
public final class Lifetime {
  /** Longest time that anything is held, and that a denial is, milliseconds. */
  private static final long LONGEST = 86_400_000;

  private static final long LONGEST_DENIAL = 3_600_000;

  private Lifetime() {}

  /** How long a message holds, milliseconds. */
  public static long of(Message m) {
    long least = LONGEST / 1_000;
    boolean answered = false;
    for (Record r : m.getSection(Section.ANSWER)) {
      least = Math.min(least, r.getTTL());
      answered = true;
    }
    if (answered) {
      return least * 1_000;
    }
    least = 0; // a denial without SOA is not held, RFC 2308 section 5
    for (Record r : m.getSection(Section.AUTHORITY)) {
      if (r.getType() == Type.SOA) {
        least = Math.min(r.getTTL(), ((SOARecord) r).getMinimum());
      }
    }
    return Math.min(least * 1_000, LONGEST_DENIAL);
  }
}
