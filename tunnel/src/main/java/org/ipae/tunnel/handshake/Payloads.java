// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.handshake;

import org.ipae.crypto.HandshakeState;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/** The encrypted payloads of the two Noise messages. PROTOCOL.md section 7. */
public final class Payloads {
  /** Bit of the lanes byte of payload 2: early data was welcome. */
  private static final int EARLY_ACCEPTED = 0x80;

  /** Flag of payload 1: the initiator does not identify itself, {@code s} is of this INIT only. */
  public static final int ANONYMOUS = 1;

  /** Status of payload 2. */
  public enum Status {
    OK(0),
    /** What the initiator saw of the suites is not what the responder has. */
    SUITES(1),
    /** The initiator's key is not welcome. */
    POLICY(2),
    /** No such virtual host. */
    VHOST(3);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    static Status of(int code) {
      for (Status s : values()) {
        if (s.code == code) {
          return s;
        }
      }
      return POLICY;
    }
  }

  /**
   * Payload 1: vhost selector 8, lanes 1, flags 1, suites seen 2.
   *
   * @param vhost selector of the virtual host, 0 for the physical one
   * @param lanes wished, 1..16
   */
  public record First(long vhost, int lanes, int flags, int suitesSeen) {
    byte[] encode() {
      byte[] out = new byte[Sizes.INIT_PAYLOAD];
      BigEndian.u64(out, 0, vhost);
      out[8] = (byte) lanes;
      out[9] = (byte) flags;
      BigEndian.u16(out, 10, suitesSeen);
      return out;
    }

    static First decode(byte[] b) {
      return new First(BigEndian.u64(b, 0), b[8] & 0xff, b[9] & 0xff, BigEndian.u16(b, 10));
    }
  }

  /**
   * Payload 2: status 1, lanes 1, suites 2, next tag 16, key 32, ttl seconds 4.
   *
   * @param next the cookie of the next INIT
   */
  public record Second(
      Status status, int lanes, boolean earlyAccepted, int suites, Cookie next, long ttlSeconds) {
    private static final int NEXT = 4;

    /** Writes the message that carries it. */
    void write(HandshakeState noise, byte[] out, int at) {
      try (Secret payload = Secret.take(encode())) {
        noise.writeMessage(payload.bytes(), out, at);
      }
    }

    private byte[] encode() {
      byte[] out = new byte[Sizes.RESP_PAYLOAD];
      out[0] = (byte) status.code;
      out[1] = (byte) (lanes | (earlyAccepted ? EARLY_ACCEPTED : 0));
      BigEndian.u16(out, 2, suites);
      next.delivered(ttlSeconds).write(out, NEXT);
      return out;
    }

    /**
     * Reads the message that carries it, under a suite; a refusal delivers no secret cookie.
     *
     * @return null if it does not open
     */
    static @Nullable Second read(
        HandshakeState noise, Suite suite, byte[] message, int at, int length) {
      try (Secret payload = Secret.take(new byte[Sizes.RESP_PAYLOAD])) {
        int n = noise.readMessage(message, at, length, payload.bytes(), 0);
        return n == Sizes.RESP_PAYLOAD ? decode(payload.bytes(), suite) : null;
      }
    }

    private static Second decode(byte[] b, Suite suite) {
      Item.Cookies.Cookie next = Item.Cookies.Cookie.read(b, NEXT);
      Status status = Status.of(b[0] & 0xff);
      return new Second(
          status,
          b[1] & 0x7f,
          (b[1] & EARLY_ACCEPTED) != 0,
          BigEndian.u16(b, 2),
          Cookie.of(next, status == Status.OK ? Strength.of(suite) : Strength.CLEAR),
          next.ttlSeconds());
    }
  }

  private Payloads() {}
}
