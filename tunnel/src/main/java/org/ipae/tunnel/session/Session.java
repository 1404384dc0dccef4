package org.ipae.tunnel.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.ipae.crypto.Hkdf;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Split;
import org.ipae.crypto.Suite;
import org.ipae.tunnel.wire.Path;
import org.ipae.tunnel.wire.Sizes;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one handshake and what both packet threads and control must see of them. Control
 * makes and ends it; the sending thread owns {@link #send}, the receiving thread the receive lanes.
 */
public final class Session {
  private static final byte[] REKEY_PSK = ascii("ipae1 rekey psk");
  private static final byte[] REKEY_ID = ascii("ipae1 rekey id");

  /** What is known of a session besides its keys. */
  public record Facts(
      long id,
      int peer,
      Suite suite,
      boolean initiator,
      PublicKey remote,
      byte[] ephemeral,
      int lanes,
      long createdAt) {}

  private final Facts facts;
  private final SendLane send;
  private final ReceiveLane[] receive;
  private final Secret rekeyPsk;
  private final Secret rekeyId;
  private @Nullable ReceiveLane early;
  private long earlyId;
  private final AtomicLong budget = new AtomicLong();

  private volatile boolean confirmed;
  // One writer each: release is enough, and cheaper than a volatile write for each packet.
  private final AtomicLong lastSent = new AtomicLong();
  private final AtomicLong lastReceived = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong largeSent = new AtomicLong();
  private final AtomicLong bytesReceived = new AtomicLong();
  private final AtomicLong innerSent = new AtomicLong();
  private final AtomicLong innerReceived = new AtomicLong();
  private volatile Path path;
  private long moveTold = Long.MIN_VALUE / 2;

  /** Derives all lanes; the split is closed here. */
  public Session(Facts facts, Path path, Split split) {
    this.facts = facts;
    this.path = path;
    try (split) {
      Secret mine = facts.initiator ? split.initiatorToResponder() : split.responderToInitiator();
      Secret theirs = facts.initiator ? split.responderToInitiator() : split.initiatorToResponder();
      send = new SendLane(facts.suite, mine, 0);
      receive = new ReceiveLane[facts.lanes];
      for (int lane = 0; lane < facts.lanes; lane++) {
        receive[lane] = new ReceiveLane(this, facts.suite, theirs, lane, false);
      }
      rekeyPsk = export(split, REKEY_PSK);
      rekeyId = export(split, REKEY_ID);
    }
    confirmed = facts.initiator;
    lastSent.setPlain(facts.createdAt);
    lastReceived.setPlain(facts.createdAt);
  }

  /** Adds the lane on which the initiator's early data comes; by control, before publication. */
  public ReceiveLane acceptEarly(Secret earlySecret, long connectionId) {
    ReceiveLane lane = new ReceiveLane(this, facts.suite, earlySecret, 0, true);
    early = lane;
    earlyId = connectionId;
    return lane;
  }

  public Facts facts() {
    return facts;
  }

  /** The one lane that this side sends on. */
  public SendLane send() {
    return send;
  }

  public ReceiveLane receive(int lane) {
    return receive[lane];
  }

  public int lanes() {
    return receive.length;
  }

  public @Nullable ReceiveLane early() {
    return early;
  }

  /** The early lane is no more; by control. */
  public void forgetEarly() {
    early = null;
  }

  /** Connection id of {@link #early}. */
  public long earlyId() {
    return earlyId;
  }

  /** psk0 of a handshake inside this session; live, owned by the session. */
  public Secret rekeyPsk() {
    return rekeyPsk;
  }

  /** Binds the prologue of a handshake inside this session; live, owned by the session. */
  public Secret rekeyId() {
    return rekeyId;
  }

  /** Whether the other side has shown that it has the keys. */
  public boolean confirmed() {
    return confirmed;
  }

  public void confirm() {
    confirmed = true;
  }

  /** Adds bytes that may be sent before confirmation. */
  public void allow(long bytes) {
    budget.addAndGet(bytes);
  }

  /** Takes {@code bytes} of what may be sent before confirmation; false if there is not enough. */
  public boolean spend(int bytes) {
    if (confirmed) {
      return true;
    }
    long left = budget.get();
    while (left >= bytes) {
      if (budget.compareAndSet(left, left - bytes)) {
        return true;
      }
      left = budget.get();
    }
    return false;
  }

  /** Notes a datagram sent; by the sending thread. */
  public void sent(long now, int bytes) {
    lastSent.setRelease(now);
    count(bytesSent, bytes);
    if (bytes > Sizes.LEAST_MAX_DATAGRAM) {
      count(largeSent, 1);
    }
  }

  /** Notes an authentic datagram; by the receiving thread. */
  public void received(long now, int bytes) {
    lastReceived.setRelease(now);
    count(bytesReceived, bytes);
  }

  /** Notes inner packets sent; by the sending thread. */
  public void innerSent(int packets) {
    count(innerSent, packets);
  }

  /** Notes inner packets received; by the receiving thread. */
  public void innerReceived(int packets) {
    count(innerReceived, packets);
  }

  /** Inner packets in both directions. */
  public long innerPackets() {
    return innerSent.get() + innerReceived.get();
  }

  public long innerReceived() {
    return innerReceived.get();
  }

  /** The path that this session uses; packets from elsewhere are told to control. */
  public Path path() {
    return path;
  }

  /** By control. */
  public void path(Path next) {
    path = next;
  }

  /** When control was last told of a move; the receiving thread. */
  public long moveTold() {
    return moveTold;
  }

  public void moveTold(long now) {
    moveTold = now;
  }

  public long lastSent() {
    return lastSent.get();
  }

  public long lastReceived() {
    return lastReceived.get();
  }

  /** Outer UDP payload bytes sent. */
  public long bytesSent() {
    return bytesSent.get();
  }

  /** Datagrams sent that not every path carries. */
  public long largeSent() {
    return largeSent.get();
  }

  /** Outer UDP payload bytes received and found authentic. */
  public long bytesReceived() {
    return bytesReceived.get();
  }

  /** Erases what only control uses; the lanes are erased by the threads that own them. */
  public void eraseControlKeys() {
    rekeyPsk.close();
    rekeyId.close();
  }

  private static void count(AtomicLong counter, long more) {
    counter.setRelease(counter.getPlain() + more);
  }

  private static Secret export(Split split, byte[] label) {
    byte[] out = new byte[32];
    Hkdf.expandSha512(split.initiatorToResponder().bytes(), label, out, 0, out.length);
    return Secret.take(out);
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Whether this session's initiator ephemeral is the lower one: of two sessions that crossed, both
   * sides send on that one.
   */
  public boolean lowerThan(Session other) {
    return Arrays.compareUnsigned(facts.ephemeral, other.facts.ephemeral) < 0;
  }

  @Override
  public String toString() {
    return "session " + facts.id;
  }
}
