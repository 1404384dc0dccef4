package org.ipae.tunnel.wire;

/**
 * Items of a DATA plaintext. A first nibble of 4 or 6 is a whole IP datagram, 0x00 starts padding,
 * everything else is type 1, length 2, value. PROTOCOL.md section 9.
 */
public final class Item {
  public static final int PADDING = 0x00;
  public static final int PING = 0x01;
  public static final int FEEDBACK = 0x02;
  public static final int HANDSHAKE = 0x03;
  public static final int COOKIES = 0x04;
  public static final int CLOSE = 0x05;
  public static final int PATH_CHALLENGE = 0x06;
  public static final int PATH_RESPONSE = 0x07;
  public static final int PATH_MTU = 0x08;
  public static final int FRAGMENT = 0x09;
  public static final int OBSERVED_ADDRESS = 0x0a;

  /** First byte of PING: a question or its answer; then 8 bytes that the answer repeats. */
  public static final int PING_QUESTION = 0;

  public static final int PING_ANSWER = 1;
  public static final int PING_LENGTH = 9;

  /** FEEDBACK: lane 1, highest counter 4, lost 4, CE 4, delay in microseconds 4. */
  public static final int FEEDBACK_LENGTH = 17;

  /** HANDSHAKE: kind 1, id 4, Noise message. */
  public static final int HANDSHAKE_INIT = 1;

  public static final int HANDSHAKE_RESP = 2;
  public static final int HANDSHAKE_HEADER = 5;

  /** COOKIES: suites 2, then one or more of tag 16, key 32, ttl seconds 4. */
  public static final int COOKIES_HEADER = 2;

  public static final int COOKIE_ENTRY = Sizes.COOKIE_TAG + Sizes.COOKIE_KEY + 4;

  public static final int CLOSE_LENGTH = 1;
  public static final int PATH_TOKEN = 8;

  /** PATH_MTU: a probe or its answer; then identifier 4, UDP payload bytes of the probe 2. */
  public static final int PATH_MTU_PROBE = 0;

  public static final int PATH_MTU_ANSWER = 1;
  public static final int PATH_MTU_LENGTH = 7;

  public static final int OBSERVED_LENGTH = 18;

  /** What {@link #length} says of bytes that are no item. */
  public static final int MALFORMED = -1;

  private Item() {}

  /** Whether the item at {@code at} is an IP datagram. */
  public static boolean isIp(byte[] b, int at) {
    int nibble = b[at] >>> 4 & 0xf;
    return nibble == 4 || nibble == 6;
  }

  /**
   * Length of the item at {@code at}, header included; padding reaches to {@code end}.
   *
   * @return {@link #MALFORMED} if it does not end by {@code end}
   */
  public static int length(byte[] b, int at, int end) {
    int room = end - at;
    int length =
        switch (b[at] >>> 4 & 0xf) {
          case 4 -> room < 20 ? MALFORMED : BigEndian.u16(b, at + 2);
          case 6 -> room < 40 ? MALFORMED : 40 + BigEndian.u16(b, at + 4);
          default ->
              b[at] == PADDING
                  ? room
                  : room < Sizes.ITEM_HEADER
                      ? MALFORMED
                      : Sizes.ITEM_HEADER + BigEndian.u16(b, at + 1);
        };
    int least = isIp(b, at) ? (b[at] >>> 4 == 4 ? 20 : 40) : 1;
    return length < least || length > room ? MALFORMED : length;
  }

  /** A new item: header and value. */
  public static byte[] of(int type, byte[] value) {
    byte[] out = new byte[Sizes.ITEM_HEADER + value.length];
    out[0] = (byte) type;
    BigEndian.u16(out, 1, value.length);
    System.arraycopy(value, 0, out, Sizes.ITEM_HEADER, value.length);
    return out;
  }
}
