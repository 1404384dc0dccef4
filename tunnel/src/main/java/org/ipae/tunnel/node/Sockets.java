// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ipae.tun.udp.UdpSocket;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.io.InboundLoop;
import org.ipae.tunnel.io.LaneSockets;
import org.ipae.tunnel.io.OutboundLoop;
import org.ipae.tunnel.io.UdpSink;

/**
 * The UDP sockets of all lanes. A reload exchanges them under the threads that use them; they are
 * told one after the other, and what none of them uses any more is closed. One thread changes them,
 * any thread looks.
 */
final class Sockets implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 5;

  private record Users(InboundLoop in, OutboundLoop out, UdpSink sink) {}

  /** Sockets that are open, and who is to take the place of whom. */
  record Exchange(List<LaneSockets> before, List<LaneSockets> after) {
    /** Whether any socket changes. */
    boolean any() {
      return !before.equals(after);
    }

    private Stream<UdpSocket> only(List<LaneSockets> these, List<LaneSockets> others) {
      Set<UdpSocket> stay = LaneSockets.all(others).collect(Collectors.toSet());
      return LaneSockets.all(these).filter(s -> !stay.contains(s));
    }
  }

  private final List<Users> users = new ArrayList<>();
  private final List<UdpSocket> stuck = new ArrayList<>(); // perhaps still in use
  private volatile List<LaneSockets> now;

  /**
   * Opens what a configuration wants.
   *
   * @throws IOException with one line: what is in the way and what to do
   */
  Sockets(Config config) throws IOException {
    now = LaneSockets.open(config);
  }

  List<LaneSockets> now() {
    return now;
  }

  /** What listens first. */
  List<UdpSocket> listening() {
    return now.getFirst().listening();
  }

  Stream<UdpSocket> all() {
    return LaneSockets.all(now);
  }

  /** These use them, in the order of the lanes. Before the threads run. */
  void usedBy(InboundLoop in, OutboundLoop out, UdpSink sink) {
    users.add(new Users(in, out, sink));
  }

  /** Opens what another configuration wants. Nobody uses it before {@link #exchange}. */
  Exchange open(Config before, Config after) throws IOException {
    return new Exchange(now, LaneSockets.open(after, before, now));
  }

  /** Closes what was opened for an exchange that is not to be. */
  void abandon(Exchange e) {
    e.only(e.after, e.before).forEach(UdpSocket::close);
  }

  /** Gives the threads the others, and closes what they use no more. */
  void exchange(Exchange e) throws IOException {
    if (!e.any()) {
      return;
    }
    List<CompletableFuture<?>> done = new ArrayList<>();
    for (int n = 0; n < users.size(); n++) {
      Users u = users.get(n);
      done.add(u.in.exchange(e.after.get(n)));
      done.add(u.out.between(() -> u.sink.use(e.after)));
    }
    now = e.after;
    List<UdpSocket> over = e.only(e.before, e.after).toList();
    try {
      CompletableFuture.allOf(done.toArray(CompletableFuture<?>[]::new))
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      over.forEach(UdpSocket::close);
    } catch (InterruptedException x) {
      Thread.currentThread().interrupt();
      stuck.addAll(over);
    } catch (ExecutionException | TimeoutException x) {
      stuck.addAll(over);
      throw new IOException(
          "a packet thread of the running ipae does not take its sockets: restart it", x);
    }
  }

  /** When no thread uses them. */
  @Override
  public void close() {
    all().forEach(UdpSocket::close);
    stuck.forEach(UdpSocket::close);
  }
}
