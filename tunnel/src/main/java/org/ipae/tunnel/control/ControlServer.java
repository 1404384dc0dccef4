package org.ipae.tunnel.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.ipae.tunnel.config.Fault;
import org.jspecify.annotations.Nullable;

/**
 * Serves a {@link Daemon} on a Unix socket of mode 0660: one request and one response, each a line
 * of JSON, per connection. Every connection has a virtual thread; there are at most {@value
 * #CONNECTIONS}, a request has at most {@value #REQUEST} bytes and {@value #PATIENCE} milliseconds,
 * and nothing that a client does reaches the daemon but a complete request.
 */
public final class ControlServer implements AutoCloseable {
  static final int CONNECTIONS = 32;
  static final int REQUEST = 4096;
  static final long PATIENCE = 5_000;

  private static final System.Logger LOG = System.getLogger("org.ipae");

  private final Path socket;
  private final Commands commands;
  private final long patience;
  private final Semaphore free = new Semaphore(CONNECTIONS);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("control-timeouts").factory());
  private @Nullable ServerSocketChannel server;
  private @Nullable Object identity;

  public ControlServer(Path socket, Daemon daemon) {
    this(socket, daemon, PATIENCE);
  }

  ControlServer(Path socket, Daemon daemon, long patience) {
    this.socket = socket;
    this.commands = new Commands(daemon);
    this.patience = patience;
  }

  /**
   * Creates the socket, and its directory if that is missing, and begins to serve.
   *
   * @throws IOException with one clear line, also if another daemon answers there
   */
  public void start() throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      if (directory != null) {
        Files.createDirectories(directory);
      }
      removeStale();
      opened.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      identity = identity(socket);
    } catch (AlreadyServed e) {
      opened.close();
      throw e;
    } catch (IOException e) {
      opened.close();
      throw new IOException(
          "control socket "
              + socket
              + " cannot be created ("
              + Fault.text(e)
              + "); set socket = \"...\" to a path whose directory may be written",
          e);
    }
    server = opened;
    Thread.ofVirtual().name("control").start(() -> accept(opened));
  }

  private static Object identity(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "device and inode");
  }

  private void removeStale() throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
      throw new IOException("exists and is not a socket");
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Objects.requireNonNull(probe);
      throw new AlreadyServed(socket);
    } catch (AlreadyServed e) {
      throw e;
    } catch (IOException e) {
      Files.delete(socket);
    }
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
        LOG.log(System.Logger.Level.WARNING, "control socket: " + e);
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
      return false;
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      ScheduledFuture<?> late = closeLater(client);
      String answer;
      try {
        String request = Line.read(client, REQUEST);
        late.cancel(false);
        answer = commands.answer(request);
      } catch (Line.TooLong e) {
        answer =
            Commands.failure("bad_request", "the request is longer than " + REQUEST + " bytes");
      }
      late.cancel(false);
      late = closeLater(client);
      Line.write(client, answer);
      late.cancel(false);
    } catch (IOException | java.util.concurrent.RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "control client: " + e);
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

  /** Stops to serve and removes the socket file if it is still this server's. */
  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    ServerSocketChannel s = server;
    if (s != null && s.isOpen()) {
      s.close();
      boolean there = Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
      if (there && identity(socket).equals(identity)) {
        Files.delete(socket);
      }
    }
  }
}
