// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.util.List;
import org.xbill.DNS.Record;

/**
 * What a look-up has found.
 *
 * @param records those that were asked for, without signatures and aliases; none unless secure or
 *     insecure
 * @param reason in one line; empty if there is nothing to say
 * @param signedAt when their signatures, or those of a denial, begin, seconds of the epoch; 0 if
 *     there are none
 * @param until until when it holds, milliseconds of the clock of the look-up
 */
record Finding(Verdict verdict, List<Record> records, String reason, long signedAt, long until) {
  Finding {
    records = List.copyOf(records);
  }
}
