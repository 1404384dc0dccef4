// SPDX-License-Identifier: Apache-2.0
package org.ipae.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What programs and /proc print is read as it is meant. */
class OutputsTest {
  private static final String PINGS =
      """
      PING 10.2.0.2 (10.2.0.2) 56(84) bytes of data.
      [1795626244.100000] From 10.1.0.1 icmp_seq=1 Destination Host Unreachable
      [1795626244.123456] 64 bytes from 10.2.0.2: icmp_seq=2 ttl=62 time=0.300 ms
      [1795626244.128500] 64 bytes from 10.2.0.2: icmp_seq=3 ttl=62 time=0.100 ms
      [1795626244.133500] 64 bytes from 10.2.0.2: icmp_seq=4 ttl=62 time=12.5 ms
      """;

  private static final String STAT =
      "4242 (ipae-out-0 (x)) S 1 4242 4242 0 -1 4194560 9 0 0 0 150 50 7 7 20 0 1 0 5 1 2";

  @Test
  void aPingsMedianIsInMicroseconds() {
    assertEquals(300, Pings.medianMicros(PINGS), 1e-9);
    assertThrows(IllegalArgumentException.class, () -> Pings.medianMicros("no answer"));
  }

  @Test
  void onlyAnswersAreAnswers() {
    assertEquals(3, Pings.answered(PINGS));
    assertEquals(1_795_626_244_123_456L, Pings.firstAnswerMicros(PINGS));
  }

  @Test
  void aFlowCountsTheBytesOfTheSecondsThatWereLeftOutToo() {
    Flow flow =
        Flow.parse(
            """
            {"intervals": [{"sum": {"bytes": 100, "omitted": true}}, {"sum": {"bytes": 250}}],
             "end": {"sum_sent": {"retransmits": 7}, "sum_received": {"bits_per_second": 2.5e9}}}
            """);
    assertEquals(new Flow(2.5, 350, 7), flow);
  }

  @Test
  void userAndSystemTimeOfAThreadAreFoundBehindAnyName() {
    assertEquals(2, Usage.seconds(STAT));
    assertEquals("ipae-out-0 (x)", Usage.name(STAT));
    assertEquals("ipae-out", Usage.name("7 (ipae-out-12) S"));
  }

  @Test
  void memoryIsInMillionsOfBytes() {
    String status = "VmHWM:\t  200000 kB\nVmRSS:\t  100000 kB\n";
    assertEquals(102.4, Usage.megabytes(status, "VmRSS"));
    assertEquals(204.8, Usage.megabytes(status, "VmHWM"));
  }

  @Test
  void thisProcessHasUsedSomething() {
    long pid = ProcessHandle.current().pid();
    assertTrue(Usage.megabytes(pid, "VmRSS") > 10);
    assertTrue(Usage.cpuSeconds(pid) > 0);
    double threads =
        Usage.threadSeconds(pid).values().stream().mapToDouble(Double::doubleValue).sum();
    assertTrue(threads > 0);
  }
}
