// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DatagramBatchTest {
  @Test
  void anEntryKeepsWhatItWasGiven() {
    DatagramBatch batch = new DatagramBatch(2, 1500);
    int i = batch.add(10, 1400);
    batch.remote(i, 1, -2, 65_535);
    batch.local(i, 3, -4);
    batch.ecn(i, 7);
    assertEquals(10, batch.offset(i));
    assertEquals(1400, batch.length(i));
    assertEquals(1, batch.remoteHi(i));
    assertEquals(-2, batch.remoteLo(i));
    assertEquals(65_535, batch.remotePort(i));
    assertEquals(3, batch.localHi(i));
    assertEquals(-4, batch.localLo(i));
    assertEquals(3, batch.ecn(i), "two bits only");
    batch.segmentSize(i, 700);
    batch.interfaceIndex(i, 6);
    assertEquals(700, batch.segmentSize(i));
    assertEquals(6, batch.interfaceIndex(i));
  }

  @Test
  void aReusedEntryIsOneDatagramOfWhichNothingElseIsKnown() {
    DatagramBatch batch = DatagramBatch.over(new byte[100], 1);
    batch.segmentSize(batch.add(0, 100), 9);
    batch.remote(0, 1, 2, 3);
    batch.local(0, 4, 5);
    batch.ecn(0, 1);
    batch.interfaceIndex(0, 6);
    batch.clear();
    batch.add(0, 1);
    assertEquals(0, batch.segmentSize(0) | batch.interfaceIndex(0));
    assertEquals(0, batch.remoteHi(0) | batch.remoteLo(0) | batch.remotePort(0));
    assertEquals(0, batch.localHi(0) | batch.localLo(0) | batch.ecn(0));
    assertTrue(batch.full());
  }

  @Test
  void aFullBatchAndARangeOutsideTheArrayAreRefused() {
    DatagramBatch batch = DatagramBatch.over(new byte[10], 1);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(5, 6));
    batch.add(0, 10);
    assertThrows(IndexOutOfBoundsException.class, () -> batch.add(0, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> batch.ecn(1));
  }

  @Test
  void anExtendedEntryIsARunOfItsFirstSize() {
    DatagramBatch batch = DatagramBatch.over(new byte[100], 2);
    batch.add(10, 40);
    batch.extend(0, 40);
    batch.extend(0, 5);
    assertEquals(10, batch.offset(0));
    assertEquals(85, batch.length(0));
    assertEquals(40, batch.segmentSize(0));
    assertEquals(95, batch.end());
    assertThrows(IndexOutOfBoundsException.class, () -> batch.extend(0, 6));
    assertEquals(85, batch.length(0));
    batch.skip(0, 40);
    assertEquals(50, batch.offset(0));
    assertEquals(45, batch.length(0));
  }
}
