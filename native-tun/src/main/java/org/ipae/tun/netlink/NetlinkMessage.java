// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.kernel.Abi;
import org.jspecify.annotations.Nullable;

/** One netlink message: to be sent, or as received. Host byte order, which is little-endian. */
final class NetlinkMessage {
  private static final int MAX_REQUEST = 512;

  private final ByteBuffer bytes;
  private final int start;
  private final int end;

  private NetlinkMessage(ByteBuffer bytes, int start, int end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** A request whose body is zeros; attributes are appended. */
  static NetlinkMessage request(int type, int flags, int bodyBytes) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_REQUEST).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(Abi.NLMSG_TYPE, (short) type);
    bytes.putShort(Abi.NLMSG_FLAGS, (short) (Abi.NLM_F_REQUEST | flags));
    bytes.position(Abi.SIZEOF_NLMSGHDR + align(bodyBytes));
    return new NetlinkMessage(bytes, 0, MAX_REQUEST);
  }

  /** The messages of one received datagram. */
  static List<NetlinkMessage> parse(byte[] datagram, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.LITTLE_ENDIAN);
    List<NetlinkMessage> messages = new ArrayList<>();
    int at = 0;
    while (at + Abi.SIZEOF_NLMSGHDR <= length) {
      int size = bytes.getInt(at + Abi.NLMSG_LEN);
      if (size < Abi.SIZEOF_NLMSGHDR || size > length - at) {
        break;
      }
      messages.add(new NetlinkMessage(bytes, at, at + size));
      at += align(size);
    }
    return messages;
  }

  // ---- writing

  /** Sets a byte of the body. */
  NetlinkMessage body8(int offset, int value) {
    bytes.put(Abi.SIZEOF_NLMSGHDR + offset, (byte) value);
    return this;
  }

  /** Sets a 32-bit word of the body. */
  NetlinkMessage body32(int offset, int value) {
    bytes.putInt(Abi.SIZEOF_NLMSGHDR + offset, value);
    return this;
  }

  /** Appends an attribute of 32 bits. */
  NetlinkMessage add(int type, int value) {
    bytes.putShort((short) (Abi.SIZEOF_NLATTR + 4)).putShort((short) type).putInt(value);
    return this;
  }

  /** Appends an attribute. */
  NetlinkMessage add(int type, byte[] value) {
    bytes.putShort((short) (Abi.SIZEOF_NLATTR + value.length)).putShort((short) type).put(value);
    bytes.position(align(bytes.position()));
    return this;
  }

  /** Opens an attribute that holds others. Returns what {@link #endNest} wants. */
  int beginNest(int type) {
    int at = bytes.position();
    bytes.putShort((short) 0).putShort((short) (type | Abi.NLA_F_NESTED));
    return at;
  }

  void endNest(int at) {
    bytes.putShort(at, (short) (bytes.position() - at));
  }

  /** The request as it goes out. */
  byte[] finish(int sequence) {
    bytes.putInt(Abi.NLMSG_LEN, bytes.position());
    bytes.putInt(Abi.NLMSG_SEQ, sequence);
    byte[] finished = new byte[bytes.position()];
    bytes.get(0, finished);
    return finished;
  }

  // ---- reading

  int type() {
    return bytes.getShort(start + Abi.NLMSG_TYPE) & 0xffff;
  }

  int flags() {
    return bytes.getShort(start + Abi.NLMSG_FLAGS) & 0xffff;
  }

  int sequence() {
    return bytes.getInt(start + Abi.NLMSG_SEQ);
  }

  /** Whether the body has at least so many bytes. */
  boolean holds(int bodyBytes) {
    return end - start - Abi.SIZEOF_NLMSGHDR >= bodyBytes;
  }

  int body8(int offset) {
    return bytes.get(start + Abi.SIZEOF_NLMSGHDR + offset) & 0xff;
  }

  int body32(int offset) {
    return bytes.getInt(start + Abi.SIZEOF_NLMSGHDR + offset);
  }

  /** The bytes of the attribute of this type behind a body; null = not there. */
  byte @Nullable [] attribute(int bodyBytes, int type) {
    return attribute(bytes, start + Abi.SIZEOF_NLMSGHDR + align(bodyBytes), end, type);
  }

  /** A 32-bit attribute behind a body, or the other value. */
  int attribute32(int bodyBytes, int type, int otherwise) {
    byte[] value = attribute(bodyBytes, type);
    return value == null || value.length < 4 ? otherwise : word(value, 0);
  }

  /** A 32-bit attribute within a nested attribute, or 0. */
  int nested32(int bodyBytes, int outer, int inner) {
    byte[] nest = attribute(bodyBytes, outer);
    if (nest == null) {
      return 0;
    }
    ByteBuffer view = ByteBuffer.wrap(nest).order(ByteOrder.LITTLE_ENDIAN);
    byte[] value = attribute(view, 0, nest.length, inner);
    return value == null || value.length < 4 ? 0 : word(value, 0);
  }

  private static byte @Nullable [] attribute(ByteBuffer bytes, int from, int end, int type) {
    int at = from;
    while (at + Abi.SIZEOF_NLATTR <= end) {
      int size = bytes.getShort(at) & 0xffff;
      if (size < Abi.SIZEOF_NLATTR || size > end - at) {
        return null;
      }
      if ((bytes.getShort(at + 2) & Abi.NLA_TYPE_MASK) == type) {
        byte[] value = new byte[size - Abi.SIZEOF_NLATTR];
        bytes.get(at + Abi.SIZEOF_NLATTR, value);
        return value;
      }
      at += align(size);
    }
    return null;
  }

  private static int word(byte[] value, int at) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static int align(int size) {
    return size + 3 & ~3;
  }
}
