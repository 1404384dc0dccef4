// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PacketBatchTest {
  @Test
  void everySlotHasSpareBytesBehindItEvenTheLast() {
    PacketBatch batch = new PacketBatch(3, 100);
    for (int i = 0; i < 3; i++) {
      assertEquals(i * (100 + PacketBatch.SPARE), batch.nextOffset());
      batch.add(batch.nextOffset(), 100);
    }
    assertTrue(batch.full());
    assertTrue(batch.offset(2) + 100 + 64 <= batch.bytes().length);
  }

  @Test
  void headerFieldsAreUnsignedAndSeparate() {
    PacketBatch batch = new PacketBatch(2, 100);
    int i = batch.add(0, 20);
    assertEquals(0, batch.flags(i) | batch.gsoType(i) | batch.gsoSize(i));
    batch.segmentation(i, 0x83, 0xfffe, 0x8001);
    batch.checksum(i, 0x81, 0xabcd, 0xffff);
    assertEquals(0x81, batch.flags(i));
    assertEquals(0x83, batch.gsoType(i));
    assertEquals(0xfffe, batch.headerLength(i));
    assertEquals(0x8001, batch.gsoSize(i));
    assertEquals(0xabcd, batch.checksumStart(i));
    assertEquals(0xffff, batch.checksumOffset(i));
  }

  @Test
  void clearForgetsPacketsAndTheirHeaders() {
    PacketBatch batch = new PacketBatch(1, 100);
    batch.segmentation(batch.add(0, 1), 1, 1, 1);
    batch.checksum(0, 1, 1, 1);
    batch.refuse(0);
    batch.clear();
    assertEquals(0, batch.count());
    assertThrows(IndexOutOfBoundsException.class, () -> batch.length(0));
    batch.add(0, 1);
    assertEquals(0, batch.flags(0) | batch.checksumStart(0) | batch.checksumOffset(0));
    assertEquals(0, batch.gsoType(0) | batch.headerLength(0) | batch.gsoSize(0));
    assertFalse(batch.refused(0));
  }

  @Test
  void aBatchOverAnArrayTakesEntriesAnywhereInIt() {
    byte[] array = new byte[50];
    PacketBatch batch = PacketBatch.over(array, 2);
    assertSame(array, batch.bytes());
    batch.add(40, 10);
    assertFalse(batch.full());
    batch.add(0, 50);
    assertEquals(40, batch.offset(0));
    assertEquals(50, batch.length(1));
  }

  @Test
  void aFullBatchAndARangeOutsideTheArrayAreRefused() {
    PacketBatch batch = PacketBatch.over(new byte[10], 1);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(5, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(-1, 2));
    assertEquals(0, batch.count());
    batch.add(0, 10);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(0, 10));
  }

  @Test
  void anEntryGrowsByWhatLiesBehindIt() {
    PacketBatch batch = PacketBatch.over(new byte[50], 2);
    assertEquals(0, batch.end());
    batch.add(10, 20);
    batch.extend(0, 15);
    assertEquals(35, batch.length(0));
    assertEquals(45, batch.end());
    assertThrows(IndexOutOfBoundsException.class, () -> batch.extend(0, 6));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.extend(1, 1));
    assertEquals(35, batch.length(0));
  }
}
