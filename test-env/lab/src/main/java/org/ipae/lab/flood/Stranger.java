// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.flood;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Mac1;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.wire.BigEndian;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.Message.CookieRequest;
import org.ipae.tunnel.wire.Message.CookieResponse;
import org.ipae.tunnel.wire.MessageType;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/** One address of the prefix, with a key and a cookie of its own. One thread at a time. */
final class Stranger {
  private static final int QUESTIONS = 100;
  private static final int RECEIVE_BUFFER = 16_384;
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final DatagramChannel channel = DatagramChannel.open();
  private final PublicKey gateway;
  private final Entropy entropy;
  private final X25519KeyPair key;
  private @Nullable Cookie cookie;
  private long cookieNanos;
  private int suites;

  Stranger(
      byte[] address,
      InetSocketAddress target,
      PublicKey gateway,
      X25519KeyPair key,
      Entropy entropy)
      throws IOException {
    this.gateway = gateway;
    this.entropy = entropy;
    this.key = key;
    channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
    channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
    channel.connect(target);
    channel.configureBlocking(false);
  }

  /** False if the kernel has no room for it. */
  boolean send(byte[] datagram) {
    try {
      return channel.write(ByteBuffer.wrap(datagram)) > 0;
    } catch (IOException e) {
      return false; // what an ICMP error about an earlier one left, or a full queue
    }
  }

  /** A new COOKIE_REQUEST. */
  byte[] request() {
    byte[] b = entropy.bytes(Sizes.COOKIE_REQUEST);
    b[0] = MessageType.COOKIE_REQUEST;
    b[1] = MessageType.VERSION;
    try (Mac1 mac1 = new Mac1(gateway)) {
      mac1.write(b, CookieRequest.MAC1, CookieRequest.MAC1);
    }
    return b;
  }

  /** Asks until there is a cookie. */
  void askForCookie() throws IOException {
    ByteBuffer in = ByteBuffer.allocate(2_048);
    for (int i = 0; i < QUESTIONS; i++) {
      send(request());
      long until = System.nanoTime() + PATIENCE_NANOS;
      while (System.nanoTime() < until) {
        if (channel.read(in.clear()) == Sizes.COOKIE_RESPONSE
            && in.get(0) == MessageType.COOKIE_RESPONSE) {
          byte[] b = in.array();
          cookie =
              new Cookie(
                  Arrays.copyOfRange(b, CookieResponse.TAG, CookieResponse.KEY),
                  Secret.copyOf(b, CookieResponse.KEY, Sizes.COOKIE_KEY),
                  Strength.CLEAR);
          suites = BigEndian.u16(b, CookieResponse.SUITES);
          cookieNanos = System.nanoTime();
          return;
        }
        LockSupport.parkNanos(100_000);
      }
    }
    throw new IOException("no cookie after " + QUESTIONS + " questions");
  }

  /** Makes a session with this number of lanes, as a configured peer can. */
  Established session(int lanes) throws IOException {
    for (int i = 0; i < QUESTIONS; i++) {
      askForCookie();
      try (Initiator initiator = initiator(lanes, System.nanoTime())) {
        send(initiator.init());
        Established e = answer(initiator);
        if (e != null) {
          return e;
        }
      }
    }
    throw new IOException("no session after " + QUESTIONS + " INITs");
  }

  private @Nullable Established answer(Initiator initiator) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(2_048);
    long until = System.nanoTime() + 10 * PATIENCE_NANOS;
    while (System.nanoTime() < until) {
      int length = channel.read(in.clear());
      if (length > 0 && Codec.decode(in.array(), 0, length) instanceof Message.Resp resp) {
        Established e = initiator.read(resp);
        if (e != null && e.payload().status() == Payloads.Status.OK) {
          return e;
        }
      }
      if (length <= 0) {
        LockSupport.parkNanos(100_000);
      }
    }
    return null;
  }

  /**
   * An INIT to be sent at that time of {@link System#nanoTime}: whole, or the first of its parts.
   */
  byte[] init(long sentNanos, boolean part) {
    try (Initiator initiator = initiator(1, sentNanos)) {
      return part ? initiator.parts()[0] : initiator.init();
    }
  }

  private Initiator initiator(int lanes, long sentNanos) {
    if (cookie == null) {
      throw new IllegalStateException("no cookie yet");
    }
    Suite suite = Suite.X25519_MLKEM768_AES256GCM;
    long age = TimeUnit.NANOSECONDS.toMillis(sentNanos - cookieNanos);
    Initiator.Wish wish = new Initiator.Wish(key, gateway, suite, suites, lanes, "", false);
    return new Initiator(wish, cookie, age, entropy);
  }
}
