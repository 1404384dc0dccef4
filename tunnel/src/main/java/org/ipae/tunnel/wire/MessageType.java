// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

/** First bytes of datagrams; a set top bit means DATA. PROTOCOL.md section 4. */
public final class MessageType {
  public static final int COOKIE_REQUEST = 0x01;
  public static final int COOKIE_RESPONSE = 0x02;
  public static final int INIT = 0x03;
  public static final int RESP = 0x04;
  public static final int INIT_PART = 0x05;
  public static final int UNKNOWN_ID = 0x06;

  public static final int VERSION = 1;

  private MessageType() {}
}
