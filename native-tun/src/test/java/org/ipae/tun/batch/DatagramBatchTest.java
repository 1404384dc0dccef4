package org.ipae.tun.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DatagramBatchTest {
  @Test
  void anEntryKeepsWhatItWasGiven() {
    DatagramBatch batch = new DatagramBatch(2, 1500);
    int i = batch.add(10, 1400, 1, -2, 65_535, 3, -4, 7);
    assertEquals(10, batch.offset(i));
    assertEquals(1400, batch.length(i));
    assertEquals(1, batch.remoteHi(i));
    assertEquals(-2, batch.remoteLo(i));
    assertEquals(65_535, batch.remotePort(i));
    assertEquals(3, batch.localHi(i));
    assertEquals(-4, batch.localLo(i));
    assertEquals(3, batch.ecn(i), "two bits only");
    batch.segmentSize(i, 700);
    batch.remoteScope(i, 5);
    batch.interfaceIndex(i, 6);
    assertEquals(700, batch.segmentSize(i));
    assertEquals(5, batch.remoteScope(i));
    assertEquals(6, batch.interfaceIndex(i));
  }

  @Test
  void aReusedEntryIsOneDatagramWithoutScopeAndInterface() {
    DatagramBatch batch = DatagramBatch.over(new byte[100], 1);
    batch.segmentSize(batch.add(0, 100, 1, 2, 3, 4, 5, 1), 9);
    batch.remoteScope(0, 5);
    batch.interfaceIndex(0, 6);
    batch.clear();
    batch.add(0, 1, 1, 2, 3, 0, 0, 0);
    assertEquals(0, batch.segmentSize(0) | batch.remoteScope(0) | batch.interfaceIndex(0));
    assertTrue(batch.full());
  }

  @Test
  void aFullBatchAndARangeOutsideTheArrayAreRefused() {
    DatagramBatch batch = DatagramBatch.over(new byte[10], 1);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(5, 6, 0, 0, 0, 0, 0, 0));
    batch.add(0, 10, 0, 0, 0, 0, 0, 0);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(0, 1, 0, 0, 0, 0, 0, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.ecn(1));
  }
}
