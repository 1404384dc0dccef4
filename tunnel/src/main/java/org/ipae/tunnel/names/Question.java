// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What is asked of class IN.
 *
 * @param name absolute
 * @param type as in {@link Type}
 */
public record Question(Name name, int type) {
  /** RFC 9715: fits into a datagram on every path. */
  private static final int PAYLOAD = 1_232;

  static Question of(Message query) {
    return new Question(query.getQuestion().getName(), query.getQuestion().getType());
  }

  /** Whether the servers of a zone answer it. */
  boolean isOf(Name zone) {
    return name.subdomain(zone) && !(type == Type.DS && name.equals(zone));
  }

  /** A query that is to be validated here. */
  Message toValidate() {
    return Message.newQuery(Record.newRecord(name, type, DClass.IN));
  }

  /** A query for the signatures too, unchecked by the server: RD, CD, DO. */
  Message query() {
    Message m = toValidate();
    m.getHeader().setFlag(Flags.CD);
    m.addRecord(new OPTRecord(PAYLOAD, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    return m;
  }

  /** Whether a message answers it, and is an answer at all. */
  boolean answeredBy(Message m) {
    Record q = m.getQuestion();
    return m.getHeader().getFlag(Flags.QR)
        && q != null
        && q.getName().equals(name)
        && q.getType() == type
        && q.getDClass() == DClass.IN;
  }

  @Override
  public String toString() {
    return name + " " + Type.string(type);
  }
}
