package org.ipae.tun.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ipae.tun.OsException;
import org.ipae.tun.batch.PacketBatch;
import org.junit.jupiter.api.Test;

class MemoryTunTest {
  private final MemoryTun tun = new MemoryTun("ipae0", 7, 2);
  private final PacketBatch batch = new PacketBatch(4, 100);

  @Test
  void injectedPacketsAreReadWithTheirHeaders() throws Exception {
    PacketBatch out = new PacketBatch(1, 10);
    out.segmentation(out.add(0, 10), 2, 3, 4);
    out.checksum(0, 1, 5, 6);
    assertEquals(1, tun.inject(out));
    assertTrue(tun.inject(new byte[] {0x45, 2}));
    assertFalse(tun.inject(new byte[] {0x45, 3}), "the queue holds two");
    assertEquals(1, tun.injectDrops());
    assertEquals(2, tun.read(batch));
    assertEquals(4, batch.gsoSize(0));
    assertEquals(6, batch.checksumOffset(0));
    assertEquals(2, batch.length(1));
    assertEquals(0, tun.read(batch));
  }

  @Test
  void writtenPacketsAreTakenAndRubbishIsCounted() throws Exception {
    PacketBatch out = PacketBatch.over(new byte[] {0x60, 1, 0x45, 0x15}, 4);
    out.add(0, 2);
    out.add(3, 1); // version 1
    out.add(2, 1);
    out.add(2, 0);
    assertEquals(2, tun.write(out));
    assertEquals(2, tun.writeErrors());
    assertArrayEquals(new byte[] {0x60, 1}, tun.take());
    assertEquals(1, tun.take(batch));
    assertNull(tun.take());
  }

  @Test
  void aClosedInterfaceSaysSo() {
    tun.close();
    assertThrows(OsException.class, () -> tun.read(batch));
    assertEquals("ipae0", tun.name());
    assertEquals(7, tun.index());
    assertEquals(-1, tun.descriptor());
  }
}
