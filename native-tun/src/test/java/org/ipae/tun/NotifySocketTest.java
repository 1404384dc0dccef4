package org.ipae.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Libc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
  @Test
  void aTextReachesAPath(@TempDir Path folder) throws Exception {
    String path = folder.resolve("notify").toString();
    assertEquals("READY=1", exchange(path, path, "READY=1"));
  }

  @Test
  void aTextReachesAnAbstractName() throws Exception {
    String name = "ipae-test-" + ProcessHandle.current().pid();
    assertEquals("STATUS=ü", exchange("\0" + name, "@" + name, "STATUS=ü"));
  }

  @Test
  void aMissingListenerIsAClearError(@TempDir Path folder) {
    NotifySocket socket = new NotifySocket(folder.resolve("nobody").toString());
    OsException e = assertThrows(OsException.class, () -> socket.send("READY=1"));
    assertEquals(Errno.ENOENT, e.errno());
    assertEquals(
        Errno.EINVAL,
        assertThrows(OsException.class, () -> new NotifySocket("/" + "a".repeat(200)).send("x"))
            .errno());
  }

  private static String exchange(String bound, String target, String text) throws Exception {
    int fd = Libc.socket(Abi.AF_UNIX, Abi.SOCK_DGRAM | Abi.SOCK_CLOEXEC, 0);
    assertTrue(fd >= 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] path = bound.getBytes(StandardCharsets.UTF_8);
      MemorySegment address = arena.allocate(110, 2);
      address.set(Abi.H16, 0, (short) Abi.AF_UNIX);
      MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
      assertEquals(0, Libc.bind(fd, address.address(), 2 + path.length));
      new NotifySocket(target).send(text);
      MemorySegment buffer = arena.allocate(100);
      int length = (int) Libc.recv(fd, buffer.address(), 100, Abi.MSG_DONTWAIT);
      assertTrue(length > 0);
      return new String(
          buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    } finally {
      Libc.close(fd);
    }
  }
}
