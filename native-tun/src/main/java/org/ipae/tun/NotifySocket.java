package org.ipae.tun;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;

/** Sends short texts to a Unix datagram socket, as service managers want them. Any thread. */
public final class NotifySocket {
  private final String name;

  /**
   * A target; nothing is opened yet.
   *
   * @param name a path, or "@name" for the abstract namespace; at most 107 bytes in UTF-8
   */
  public NotifySocket(String name) {
    this.name = name;
  }

  /**
   * Sends one datagram of UTF-8 text. Does not wait.
   *
   * @throws OsException ENOENT or ECONNREFUSED: nobody listens; EINVAL: not a usable name; EAGAIN:
   *     the listener's queue is full
   */
  public void send(String text) throws OsException {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    if (path.length < 2 || path.length >= Abi.SIZEOF_SUN_PATH) {
      throw new OsException("sendto " + name, Errno.EINVAL, "not a socket name");
    }
    int fd = Libc.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw new OsException("socket AF_UNIX", Libc.errno());
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(Abi.SUN_PATH + Abi.SIZEOF_SUN_PATH, 2);
      to.set(Abi.H16, 0, (short) Abi.AF_UNIX);
      MemorySegment.copy(path, 0, to, ValueLayout.JAVA_BYTE, Abi.SUN_PATH, path.length);
      // An abstract name begins with a zero and has exactly its length; a path ends with a zero.
      boolean hidden = path[0] == '@';
      if (hidden) {
        to.set(ValueLayout.JAVA_BYTE, Abi.SUN_PATH, (byte) 0);
      }
      int length = Abi.SUN_PATH + path.length + (hidden ? 0 : 1);
      MemorySegment data = arena.allocate(Math.max(1, payload.length));
      MemorySegment.copy(payload, 0, data, ValueLayout.JAVA_BYTE, 0, payload.length);
      int flags = Abi.MSG_NOSIGNAL | Abi.MSG_DONTWAIT;
      if (Libc.sendto(fd, data.address(), payload.length, flags, to.address(), length) < 0) {
        throw new OsException("sendto " + name, Libc.errno());
      }
    } finally {
      Libc.close(fd);
    }
  }
}
