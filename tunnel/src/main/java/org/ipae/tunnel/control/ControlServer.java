// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;

/**
 * Answers for a {@link Daemon} on its control socket: one request and one response, each a line of
 * JSON, per connection. Every connection has a virtual thread; there are at most {@value
 * #CONNECTIONS}, a request has at most {@value #REQUEST} bytes and {@value #PATIENCE} milliseconds,
 * and nothing that a client does reaches the daemon but a complete request.
 */
public final class ControlServer implements AutoCloseable {
  static final int CONNECTIONS = 32;
  static final int REQUEST = 4096;
  static final long PATIENCE = 5_000;

  private final ControlSocket socket;
  private final Commands commands;
  private final long patience;
  private final Semaphore free = new Semaphore(CONNECTIONS);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("control-timeouts").factory());
  private volatile boolean stopping;

  public ControlServer(ControlSocket socket, Daemon daemon) {
    this(socket, daemon, PATIENCE);
  }

  ControlServer(ControlSocket socket, Daemon daemon, long patience) {
    this.socket = socket;
    this.commands = new Commands(daemon);
    this.patience = patience;
  }

  /** Begins to answer. */
  public void start() {
    Thread.ofVirtual()
        .name("control")
        .uncaughtExceptionHandler((_, e) -> Log.error("control socket: " + Reason.of(e)))
        .start(() -> accept(socket.channel()));
  }

  private void accept(ServerSocketChannel from) {
    while (from.isOpen()) {
      try {
        SocketChannel client = from.accept();
        if (free.tryAcquire()) {
          Thread.ofVirtual().name("control-client").start(() -> serve(client));
        } else {
          client.close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        Log.warn("control socket: " + Reason.of(e));
        if (!pause()) {
          return;
        }
      }
    }
  }

  /** Out of descriptors, for one: no use in asking again at once. */
  private static boolean pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      ScheduledFuture<?> late = closeLater(client);
      Answer answer;
      try {
        String request = Line.read(client, REQUEST);
        late.cancel(false);
        answer =
            stopping
                ? Commands.failure("failed", "the running ipae is stopping")
                : commands.answer(request);
      } catch (Line.TooLong e) {
        answer =
            Commands.failure("bad_request", "the request is longer than " + REQUEST + " bytes");
      }
      late.cancel(false);
      late = closeLater(client);
      OutputStream out = Channels.newOutputStream(client);
      answer.write(out);
      out.write('\n');
      late.cancel(false);
    } catch (IOException | RejectedExecutionException e) {
      Log.debug("control client: " + Reason.of(e));
    } finally {
      free.release();
    }
  }

  private ScheduledFuture<?> closeLater(SocketChannel client) {
    return clock.schedule(
        () -> {
          client.close();
          return true;
        },
        patience,
        TimeUnit.MILLISECONDS);
  }

  /** Tells clients that the daemon stops, until the socket is closed. */
  @Override
  public void close() {
    stopping = true;
  }
}
