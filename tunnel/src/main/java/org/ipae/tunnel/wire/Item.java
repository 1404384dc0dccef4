// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items of a DATA plaintext. A first nibble of 4 or 6 is a whole IP datagram, 0x00 starts padding,
 * everything else is type 1, length 2, value; integers are big-endian. The records are the items
 * that control reads and writes; IP datagrams and FRAGMENT stay bytes. PROTOCOL.md section 9.
 */
public sealed interface Item {
  int PADDING = 0x00;
  int PING = 0x01;
  int FEEDBACK = 0x02;
  int HANDSHAKE = 0x03;
  int COOKIES = 0x04;
  int CLOSE = 0x05;
  int PATH_CHALLENGE = 0x06;
  int PATH_RESPONSE = 0x07;
  int PATH_MTU = 0x08;
  int FRAGMENT = 0x09;
  int OBSERVED_ADDRESS = 0x0a;
  int EARLY = 0x0b;
  int KEEP_OPEN = 0x0c;

  /** What {@link #length} says of bytes that are no item. */
  int MALFORMED = -1;

  /** The whole item, header included. */
  byte[] encode();

  /** Kind 1 (0 question, 1 answer), token 8. */
  record Ping(boolean answer, long token) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(PING, ItemLengths.PING);
      out[Sizes.ITEM_HEADER] = (byte) (answer ? 1 : 0);
      BigEndian.u64(out, Sizes.ITEM_HEADER + 1, token);
      return out;
    }

    static @Nullable Ping decode(byte[] b, int at) {
      return flag(b, at) ? new Ping(b[at] == 1, BigEndian.u64(b, at + 1)) : null;
    }
  }

  /**
   * What has come on a lane: lane 1, highest counter 4, lost 4, CE 4, delay 4.
   *
   * @param lost datagrams up to the highest counter that have not come
   * @param congestion datagrams that came with ECN CE
   * @param delayMicros since the newest one came
   */
  record Feedback(int lane, long highest, long lost, long congestion, long delayMicros)
      implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(FEEDBACK, ItemLengths.FEEDBACK);
      int at = Sizes.ITEM_HEADER;
      out[at] = (byte) lane;
      BigEndian.u32(out, at + 1, (int) highest);
      BigEndian.u32(out, at + 5, (int) lost);
      BigEndian.u32(out, at + 9, (int) congestion);
      BigEndian.u32(out, at + 13, (int) delayMicros);
      return out;
    }

    static Feedback decode(byte[] b, int at) {
      return new Feedback(
          b[at] & 0xff,
          unsigned(b, at + 1),
          unsigned(b, at + 5),
          unsigned(b, at + 9),
          unsigned(b, at + 13));
    }
  }

  /**
   * One message of a handshake inside a session: kind 1 (1 message 1, 2 message 2), id 4, Noise
   * message.
   *
   * @param response whether it is message 2
   * @param id of the exchange, the same in both messages
   */
  record Handshake(boolean response, int id, byte[] message) implements Item {
    private static final int HEADER = ItemLengths.HANDSHAKE_HEADER;

    @Override
    public byte[] encode() {
      byte[] out = header(HANDSHAKE, HEADER + message.length);
      int at = Sizes.ITEM_HEADER;
      out[at] = (byte) (response ? 2 : 1);
      BigEndian.u32(out, at + 1, id);
      System.arraycopy(message, 0, out, at + HEADER, message.length);
      return out;
    }

    static @Nullable Handshake decode(byte[] b, int at, int length) {
      return b[at] != 1 && b[at] != 2
          ? null
          : new Handshake(
              b[at] == 2,
              BigEndian.u32(b, at + 1),
              Arrays.copyOfRange(b, at + HEADER, at + length));
    }
  }

  /**
   * Cookies for later INITs: suites 2, then each cookie.
   *
   * @param suites bits of the suites that the sender accepts now
   */
  record Cookies(int suites, List<Cookie> cookies) implements Item {
    private static final int HEADER = ItemLengths.COOKIES_HEADER;

    public Cookies {
      cookies = List.copyOf(cookies);
    }

    /**
     * One cookie: tag 16, key 32, ttl 4.
     *
     * @param ttlSeconds from reception
     */
    public record Cookie(byte[] tag, byte[] key, long ttlSeconds) {
      private static final int KEY = Sizes.COOKIE_TAG;
      private static final int TTL = KEY + Sizes.COOKIE_KEY;

      /** Reads the cookie at {@code at}; its arrays are copies. */
      public static Cookie read(byte[] b, int at) {
        return new Cookie(
            Arrays.copyOfRange(b, at, at + KEY),
            Arrays.copyOfRange(b, at + KEY, at + TTL),
            unsigned(b, at + TTL));
      }

      public void write(byte[] out, int at) {
        System.arraycopy(tag, 0, out, at, Sizes.COOKIE_TAG);
        System.arraycopy(key, 0, out, at + KEY, Sizes.COOKIE_KEY);
        BigEndian.u32(out, at + TTL, (int) ttlSeconds);
      }

      @Override
      public String toString() {
        return "cookie";
      }
    }

    @Override
    public byte[] encode() {
      byte[] out = header(COOKIES, HEADER + cookies.size() * ItemLengths.COOKIE);
      int at = Sizes.ITEM_HEADER;
      BigEndian.u16(out, at, suites);
      at += HEADER;
      for (Cookie c : cookies) {
        c.write(out, at);
        at += ItemLengths.COOKIE;
      }
      return out;
    }

    /** Overwrites the keys of those that nobody takes: all behind the first {@code taken}. */
    public void erase(int taken) {
      for (Cookie c : cookies.subList(taken, cookies.size())) {
        Arrays.fill(c.key, (byte) 0);
      }
    }

    static Cookies decode(byte[] b, int at, int length) {
      List<Cookie> cookies = new ArrayList<>();
      for (int i = at + HEADER; i < at + length; i += ItemLengths.COOKIE) {
        cookies.add(Cookie.read(b, i));
      }
      return new Cookies(BigEndian.u16(b, at), cookies);
    }
  }

  /** The end of a session: reason 1. */
  record Close(CloseReason reason) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(CLOSE, ItemLengths.CLOSE);
      out[Sizes.ITEM_HEADER] = (byte) reason.code();
      return out;
    }
  }

  /** Asks a path whether the peer is there: token 8. */
  record PathChallenge(long token) implements Item {
    @Override
    public byte[] encode() {
      return tokenItem(PATH_CHALLENGE, token);
    }
  }

  /** The answer to a PATH_CHALLENGE: token 8. */
  record PathResponse(long token) implements Item {
    @Override
    public byte[] encode() {
      return tokenItem(PATH_RESPONSE, token);
    }
  }

  /**
   * A probe of a datagram's size: kind 1 (0 probe, 1 answer), id 4, size 2.
   *
   * @param size bytes of the UDP payload that carries the probe
   */
  record PathMtu(boolean answer, int id, int size) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(PATH_MTU, ItemLengths.PATH_MTU);
      int at = Sizes.ITEM_HEADER;
      out[at] = (byte) (answer ? 1 : 0);
      BigEndian.u32(out, at + 1, id);
      BigEndian.u16(out, at + 5, size);
      return out;
    }

    static @Nullable PathMtu decode(byte[] b, int at) {
      return flag(b, at)
          ? new PathMtu(b[at] == 1, BigEndian.u32(b, at + 1), BigEndian.u16(b, at + 5))
          : null;
    }
  }

  /** The receiver's address as the sender sees it: address 16, port 2. */
  record ObservedAddress(Endpoint address) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(OBSERVED_ADDRESS, ItemLengths.OBSERVED_ADDRESS);
      BigEndian.u64(out, Sizes.ITEM_HEADER, address.hi());
      BigEndian.u64(out, Sizes.ITEM_HEADER + 8, address.lo());
      BigEndian.u16(out, Sizes.ITEM_HEADER + 16, address.port());
      return out;
    }

    static ObservedAddress decode(byte[] b, int at) {
      return new ObservedAddress(
          new Endpoint(BigEndian.u64(b, at), BigEndian.u64(b, at + 8), BigEndian.u16(b, at + 16)));
    }
  }

  /**
   * Which datagrams of early data have come: kind 1 (0 question, 1 answer), early id 8, map 2.
   *
   * @param map bit {@code n}, of value 2^n, for the datagram of counter {@code n}; 0 in a question
   */
  record Early(boolean answer, long id, int map) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(EARLY, ItemLengths.EARLY);
      int at = Sizes.ITEM_HEADER;
      out[at] = (byte) (answer ? 1 : 0);
      BigEndian.u64(out, at + 1, id);
      BigEndian.u16(out, at + 9, map);
      return out;
    }

    static @Nullable Early decode(byte[] b, int at) {
      return flag(b, at)
          ? new Early(b[at] == 1, BigEndian.u64(b, at + 1), BigEndian.u16(b, at + 9))
          : null;
    }
  }

  /**
   * Whether the sender can call the receiver: kind 1 (0 it can, 1 it cannot).
   *
   * @param needed whether the receiver is to keep the path open, since it alone can call
   */
  record KeepOpen(boolean needed) implements Item {
    @Override
    public byte[] encode() {
      byte[] out = header(KEEP_OPEN, ItemLengths.KEEP_OPEN);
      out[Sizes.ITEM_HEADER] = (byte) (needed ? 1 : 0);
      return out;
    }

    static @Nullable KeepOpen decode(byte[] b, int at) {
      return flag(b, at) ? new KeepOpen(b[at] == 1) : null;
    }
  }

  /** Whether control reads items of this type. */
  static boolean known(int type) {
    return ItemLengths.known(type) && type != FRAGMENT;
  }

  /**
   * Reads the value of an item of a {@link #known} type.
   *
   * @param at where the value starts
   * @param length bytes of the value
   * @return null if such an item has another length or kind
   */
  static @Nullable Item decode(int type, byte[] b, int at, int length) {
    if (!ItemLengths.fit(type, length)) {
      return null;
    }
    return switch (type) {
      case PING -> Ping.decode(b, at);
      case FEEDBACK -> Feedback.decode(b, at);
      case HANDSHAKE -> Handshake.decode(b, at, length);
      case COOKIES -> Cookies.decode(b, at, length);
      case CLOSE -> new Close(CloseReason.of(b[at] & 0xff));
      case PATH_CHALLENGE -> new PathChallenge(BigEndian.u64(b, at));
      case PATH_RESPONSE -> new PathResponse(BigEndian.u64(b, at));
      case PATH_MTU -> PathMtu.decode(b, at);
      case OBSERVED_ADDRESS -> ObservedAddress.decode(b, at);
      case EARLY -> Early.decode(b, at);
      case KEEP_OPEN -> KeepOpen.decode(b, at);
      default -> throw new IllegalArgumentException("control reads no items of type " + type);
    };
  }

  /** Whether the item at {@code at} is an IP datagram. */
  static boolean isIp(byte[] b, int at) {
    int nibble = b[at] >>> 4 & 0xf;
    return nibble == 4 || nibble == 6;
  }

  /**
   * Length of the item at {@code at}, header included; padding reaches to {@code end}.
   *
   * @return {@link #MALFORMED} if it does not end by {@code end}
   */
  static int length(byte[] b, int at, int end) {
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

  private static byte[] header(int type, int length) {
    byte[] out = new byte[Sizes.ITEM_HEADER + length];
    out[0] = (byte) type;
    BigEndian.u16(out, 1, length);
    return out;
  }

  private static byte[] tokenItem(int type, long token) {
    byte[] out = header(type, ItemLengths.PATH_TOKEN);
    BigEndian.u64(out, Sizes.ITEM_HEADER, token);
    return out;
  }

  private static boolean flag(byte[] b, int at) {
    return b[at] == 0 || b[at] == 1;
  }

  private static long unsigned(byte[] b, int at) {
    return BigEndian.u32(b, at) & 0xffff_ffffL;
  }
}
