// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class UpstreamTest {
  private static final Question Q =
      new Question(Name.fromConstantString("gw.example.net."), Type.A);

  private final List<Step> steps = new ArrayList<>();

  private static Message good(Message query) {
    return with(FakeServer.reply(query), 1);
  }

  private static Message with(Message m, int records) {
    try {
      for (int i = 0; i < records; i++) {
        byte[] address = {10, 0, (byte) (i >> 8), (byte) i};
        m.addRecord(
            new ARecord(Q.name(), DClass.IN, 60, InetAddress.getByAddress(address)),
            Section.ANSWER);
      }
      return m;
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static Message cut(Message query) {
    Message m = FakeServer.reply(query);
    m.getHeader().setFlag(Flags.TC);
    return m;
  }

  private static Message withId(Message query) {
    Message m = good(query);
    m.getHeader().setID(query.getHeader().getID() ^ 1);
    return m;
  }

  private static Message toAnother(Message query) {
    Name name = Name.fromConstantString("other.example.");
    Message other = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
    other.getHeader().setID(query.getHeader().getID());
    return FakeServer.reply(other);
  }

  private static Message code(Message query, int rcode) {
    Message m = FakeServer.reply(query);
    m.getHeader().setRcode(rcode);
    return m;
  }

  private Message ask(FakeServer... servers) throws Unreachable {
    List<InetSocketAddress> all = new ArrayList<>();
    for (FakeServer s : servers) {
      all.add(s.address());
    }
    return new Upstream(() -> all).ask(Q, steps::add);
  }

  @Test
  void aDatagramIsEnoughAndAsksForSignaturesUnchecked() throws Exception {
    boolean[] flags = new boolean[2];
    try (FakeServer s =
        FakeServer.of(q -> {
          flags[0] = q.getHeader().getFlag(Flags.CD);
          flags[1] = (q.getOPT().getFlags() & ExtendedFlags.DO) != 0;
          return good(q);
        })) {
      assertEquals(1, ask(s).getSection(Section.ANSWER).size());
      assertEquals(List.of("udp"), s.asked);
      assertTrue(flags[0] && flags[1]);
      assertEquals("NOERROR, 1 record", steps.getFirst().outcome());
    }
  }

  @Test
  void whatIsCutOrForgedOrAnEchoIsAskedAgainByTcp() throws Exception {
    List<FakeServer.Answers> hostile =
        List.of(
            (q, _) -> new byte[][] {cut(q).toWire()},
            (q, _) -> new byte[][] {withId(q).toWire()},
            (q, _) -> new byte[][] {q.toWire()},
            (q, _) -> new byte[][] {toAnother(q).toWire()},
            (_, _) -> new byte[][] {{1, 2, 3}});
    for (FakeServer.Answers h : hostile) {
      try (FakeServer s =
          new FakeServer((q, tcp) -> tcp ? new byte[][] {good(q).toWire()} : h.to(q, false))) {
        assertEquals(1, ask(s).getSection(Section.ANSWER).size());
        assertEquals(List.of("udp", "tcp"), s.asked, steps::toString);
      }
    }
  }

  @Test
  void aSilentServerCostsASecondAndIsNotAskedFirstAgain() throws Exception {
    try (FakeServer silent = new FakeServer((_, _) -> new byte[0][]);
        FakeServer s = FakeServer.of(UpstreamTest::good)) {
      List<InetSocketAddress> all = List.of(silent.address(), s.address());
      Upstream upstream = new Upstream(() -> all);
      long since = System.nanoTime();
      upstream.ask(Q, steps::add);
      long millis = (System.nanoTime() - since) / 1_000_000;
      assertTrue(millis >= 900 && millis < 2_500, millis + " ms");
      upstream.ask(Q, steps::add);
      assertEquals(1, silent.asked.size());
      assertEquals(
          List.of("no answer", "NOERROR, 1 record", "NOERROR, 1 record"),
          steps.stream().map(Step::outcome).toList());
    }
  }

  @Test
  void refusalsAndFailuresAreNotAnswers() throws Exception {
    for (int rcode : new int[] {Rcode.SERVFAIL, Rcode.REFUSED, Rcode.FORMERR, Rcode.NOTIMP}) {
      try (FakeServer bad = FakeServer.of(q -> code(q, rcode));
          FakeServer s = FakeServer.of(UpstreamTest::good)) {
        assertEquals(1, ask(bad, s).getSection(Section.ANSWER).size());
        Unreachable e = assertThrows(Unreachable.class, () -> ask(bad));
        assertTrue(e.getMessage().contains(Rcode.string(rcode)), e.getMessage());
      }
    }
    try (FakeServer none = FakeServer.of(q -> code(q, Rcode.NXDOMAIN))) {
      assertEquals(Rcode.NXDOMAIN, ask(none).getRcode());
    }
  }

  @Test
  void anAnswerWithThousandsOfRecordsIsRefused() throws Exception {
    try (FakeServer s =
        new FakeServer((q, tcp) ->
            new byte[][] {
              tcp ? with(FakeServer.reply(q), 3_000).toWire(65_535) : cut(q).toWire()
            })) {
      Unreachable e = assertThrows(Unreachable.class, () -> ask(s));
      assertTrue(e.getMessage().contains("3000 records"), e.getMessage());
    }
  }

  @Test
  void withoutServersThatIsSaid() {
    Unreachable e =
        assertThrows(Unreachable.class, () -> new Upstream(List::of).ask(Q, steps::add));
    assertTrue(e.getMessage().contains("no name server"), e.getMessage());
  }
}
