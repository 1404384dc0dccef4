// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.io;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Notices;
import org.ipae.tunnel.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Notices on their way to control, in three queues, so that nobody waits behind a flood of others:
 * what sessions say comes first, no more than {@link #PER_SESSION} of each; then packets of the own
 * networks that wait for a session; then what strangers send. Any thread puts, one takes.
 */
final class NoticeQueues implements Notices {
  /** Most notices of one session that wait: 100 PINGs in one datagram are 100 of them. */
  static final int PER_SESSION = 64;

  private static final int SESSIONS = 1_024;
  private static final int LOCAL = 512;
  private static final int STRANGERS = 512;

  private final Queue<Notice> sessions = new ArrayBlockingQueue<>(SESSIONS);
  private final Queue<Notice> local = new ArrayBlockingQueue<>(LOCAL);
  private final Queue<Notice> strangers = new ArrayBlockingQueue<>(STRANGERS);

  @Override
  public boolean offer(Notice notice) {
    Session session = session(notice);
    if (session == null) {
      return (ofStranger(notice) ? strangers : local).offer(notice);
    }
    if (!session.notices().take(PER_SESSION)) {
      return false;
    }
    boolean taken = sessions.offer(notice);
    if (!taken) {
      session.notices().give();
    }
    return taken;
  }

  /** The next one of a session, null if there is none. */
  public @Nullable Notice fromSession() {
    Notice n = sessions.poll();
    Session session = n == null ? null : session(n);
    if (session != null) {
      session.notices().give();
    }
    return n;
  }

  /** The next packet that waits, null if there is none. */
  public @Nullable Notice local() {
    return local.poll();
  }

  /** The next one that a stranger may have caused, null if there is none. */
  public @Nullable Notice fromStranger() {
    return strangers.poll();
  }

  /** Whether a stranger may have caused it. */
  static boolean ofStranger(Notice notice) {
    return session(notice) == null && !(notice instanceof Notice.Waiting);
  }

  /** Whether a session or a packet of this host's waits. */
  public boolean hostWaits() {
    return !sessions.isEmpty() || !local.isEmpty();
  }

  /** Whether a session waits. */
  public boolean sessionWaits() {
    return !sessions.isEmpty();
  }

  public boolean isEmpty() {
    return sessions.isEmpty() && local.isEmpty() && strangers.isEmpty();
  }

  private static @Nullable Session session(Notice notice) {
    return switch (notice) {
      case Notice.Confirmed n -> n.session();
      case Notice.ItemCame n -> n.session();
      case Notice.Awake n -> n.session();
      case Notice.Moved n -> n.lane().session();
      case Notice.Copied n -> n.lane().session();
      case Notice.NewId n -> n.lane().session();
      case Notice.EarlyOver n -> n.lane().session();
      case Notice.Datagram _,
          Notice.UnknownId _,
          Notice.Waiting _,
          Notice.TooBig _,
          Notice.SendRefused _ ->
          null;
    };
  }
}
