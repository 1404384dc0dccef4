// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.OptionalInt;
import org.ipae.tun.UnixListener;
import org.ipae.tunnel.log.Reason;

/**
 * The control socket as a lock: the process that holds it is the one that runs its configuration.
 * Whoever connects waits until a {@link ControlServer} answers.
 */
public final class ControlSocket implements AutoCloseable {
  private final Path path;
  private final ServerSocketChannel channel;
  private final Object identity;

  private ControlSocket(Path path, ServerSocketChannel channel, Object identity) {
    this.path = path;
    this.channel = channel;
    this.identity = identity;
  }

  /**
   * Creates the socket, of mode 0660, and its directory if that is missing. One that a process left
   * behind is replaced.
   *
   * @throws AlreadyServed if another process holds it
   * @throws IOException with one clear line
   */
  public static ControlSocket claim(Path path) throws IOException {
    try {
      Path directory = path.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      removeStale(path);
      return bind(path);
    } catch (AlreadyServed e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(
          "control socket "
              + path
              + " cannot be created ("
              + Reason.of(e)
              + "); set socket = \"...\" to a path whose directory may be written",
          e);
    }
  }

  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
      throw new IOException("exists and is not a socket");
    }
    OptionalInt process = UnixListener.process(path);
    if (process.isPresent()) {
      throw new AlreadyServed(path, process.getAsInt());
    }
    Files.delete(path);
  }

  private static ControlSocket bind(Path path) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
      return new ControlSocket(path, channel, identity(path));
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static Object identity(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "device and inode");
  }

  ServerSocketChannel channel() {
    return channel;
  }

  /** Gives the socket up, and removes its file if it is still this one. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
      if (there && identity(path).equals(identity)) {
        Files.delete(path);
      }
    }
  }
}
