// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.golden;

import static org.ipae.tunnel.golden.IndependentPeer.join;
import static org.ipae.tunnel.golden.IndependentPeer.sha256;
import static org.ipae.tunnel.golden.IndependentPeer.u16;
import static org.ipae.tunnel.golden.IndependentPeer.u32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.Suite;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.ControlPlane;
import org.ipae.tunnel.association.host.HostConfig;
import org.ipae.tunnel.association.host.PeerKey;
import org.ipae.tunnel.handshake.Cookie;
import org.ipae.tunnel.handshake.CookieGate;
import org.ipae.tunnel.handshake.CookieMint;
import org.ipae.tunnel.handshake.Established;
import org.ipae.tunnel.handshake.HandshakeBudget;
import org.ipae.tunnel.handshake.HandshakeLimits;
import org.ipae.tunnel.handshake.HostIdentity;
import org.ipae.tunnel.handshake.Initiator;
import org.ipae.tunnel.handshake.Payloads;
import org.ipae.tunnel.handshake.Rekey;
import org.ipae.tunnel.handshake.Responder;
import org.ipae.tunnel.handshake.Strength;
import org.ipae.tunnel.link.Notice;
import org.ipae.tunnel.link.Padding;
import org.ipae.tunnel.link.SharedState;
import org.ipae.tunnel.peer.Timing;
import org.ipae.tunnel.session.ReceiveLane;
import org.ipae.tunnel.session.RekeySecrets;
import org.ipae.tunnel.session.SendLane;
import org.ipae.tunnel.session.Session;
import org.ipae.tunnel.sim.Lab;
import org.ipae.tunnel.sim.Silence;
import org.ipae.tunnel.sim.SimPeer;
import org.ipae.tunnel.wire.Codec;
import org.ipae.tunnel.wire.Endpoint;
import org.ipae.tunnel.wire.Item;
import org.ipae.tunnel.wire.Message;
import org.ipae.tunnel.wire.RawItem;
import org.ipae.tunnel.wire.Sizes;
import org.junit.jupiter.api.Test;

/**
 * Property 9: the bytes of every message, from fixed keys and random bytes, are those of the
 * resource files and of appendix A. {@code -Dipae.golden.write=true} writes both anew. [KD-1]
 * [GN-1] [SU-1]
 */
class GoldenBytesTest {
  private static final boolean WRITE = Boolean.getBoolean("ipae.golden.write");
  private static final Path DOCUMENT = Path.of("PROTOCOL.md");
  private static final Path FILES = Path.of("src", "test", "resources", "golden");
  private static final String BEGIN = "<!-- golden:begin -->\n";
  private static final String END = "<!-- golden:end -->";
  private static final int WHOLE = 160;

  private static final long T0 = 1_000_000;
  private static final Endpoint SOURCE = Endpoint.of(new byte[] {(byte) 192, 0, 2, 1}, 1138);

  private static X25519KeyPair pair(String name) {
    return X25519KeyPair.of(Secret.take(new Stream(name).bytes(32)));
  }

  private static final X25519KeyPair I = pair("static I");
  private static final X25519KeyPair R = pair("static R");

  private static String hex(byte[] b) {
    return HexFormat.of().formatHex(b);
  }

  /** COOKIE_REQUEST and UNKNOWN_ID are made by control alone. */
  private static final class Host extends Silence {
    final List<byte[]> sent = new ArrayList<>();
    final ControlPlane control;

    /**
     * @param message bytes of the message in question, which alone takes the stream
     */
    Host(X25519KeyPair key, PublicKey peer, Suite suite, String stream, int message) {
      Stream of = new Stream(stream);
      Stream rest = new Stream("rest");
      Entropy entropy =
          (out, offset, length) -> (length == message ? of : rest).fill(out, offset, length);
      HostConfig host =
          new HostConfig(
              key,
              List.of(),
              List.of(suite),
              1138,
              1,
              HandshakeLimits.COOKIE_TTL,
              Timing.standard(),
              true,
              HandshakeBudget.ofHeap(0));
      control = new ControlPlane(T0 * 1_000_000, host, entropy, new SharedState(), this);
      List<SimPeer> p =
          List.of(
              new SimPeer(
                  "peer",
                  List.of(PeerKey.pinned(peer)),
                  SOURCE,
                  List.of(),
                  "",
                  0,
                  true,
                  false,
                  Padding.BLOCK,
                  1500));
      control.configure(T0 * 1_000_000, SimPeer.configs(p), SimPeer.endpoints(p), Map.of());
    }

    @Override
    public void datagram(org.ipae.tunnel.wire.Path path, byte[] bytes) {
      sent.add(bytes);
    }
  }

  private static byte[] seal(SendLane lane, byte[]... items) {
    byte[] plain = join(items);
    byte[] padded = Arrays.copyOf(plain, plain.length + 15 & ~15);
    byte[] out = new byte[padded.length + Sizes.DATA_OVERHEAD];
    assertEquals(out.length, lane.seal(padded, 0, padded.length, out, 0));
    lane.mask(out);
    return out;
  }

  private static void opens(ReceiveLane lane, byte[] datagram) {
    byte[] out = new byte[datagram.length];
    assertEquals(
        datagram.length - Sizes.DATA_OVERHEAD, lane.open(datagram, 0, datagram.length, out));
  }

  private static Session session(Established e, boolean initiator) {
    Session.Facts facts =
        new Session.Facts(
            1, 0, e.suite(), initiator, e.remote(), e.ephemeral(), e.payload().lanes(), T0);
    return new Session(facts, org.ipae.tunnel.wire.Path.to(SOURCE), e.split());
  }

  private static byte[] cut(byte[] b, int at, int length) {
    return Arrays.copyOfRange(b, at, at + length);
  }

  /** Items with fixed values. */
  private static Map<String, byte[]> items() {
    byte[] token = {1, 2, 3, 4, 5, 6, 7, 8};
    byte[] cookie = new Stream("item cookie").bytes(48);
    Map<String, byte[]> out = new LinkedHashMap<>();
    out.put("PING question", RawItem.of(Item.PING, join(new byte[1], token)));
    out.put("PING answer", RawItem.of(Item.PING, join(new byte[] {1}, token)));
    out.put(
        "FEEDBACK lane 0, highest 1000, lost 3, CE 0, delay 2500",
        RawItem.of(Item.FEEDBACK, join(new byte[1], u32(1000), u32(3), u32(0), u32(2500))));
    out.put("COOKIES suites 0x0003", RawItem.of(Item.COOKIES, join(u16(3), cookie, u32(14_400))));
    out.put("CLOSE removed", RawItem.of(Item.CLOSE, new byte[] {1}));
    out.put("PATH_CHALLENGE", RawItem.of(Item.PATH_CHALLENGE, token));
    out.put("PATH_RESPONSE", RawItem.of(Item.PATH_RESPONSE, token));
    out.put("PATH_MTU probe", RawItem.of(Item.PATH_MTU, join(new byte[1], u32(7), u16(1472))));
    out.put("PATH_MTU answer", RawItem.of(Item.PATH_MTU, join(new byte[] {1}, u32(7), u16(1472))));
    out.put(
        "FRAGMENT id 7, total 60, offset 40",
        RawItem.of(
            Item.FRAGMENT, join(u32(7), u16(60), u16(40), cut(Lab.packet(1, 2, 9, 60), 40, 20))));
    out.put(
        "OBSERVED_ADDRESS 192.0.2.1 port 1138",
        RawItem.of(Item.OBSERVED_ADDRESS, join(SOURCE.address(), u16(1138))));
    out.put("EARLY question", RawItem.of(Item.EARLY, join(new byte[1], token, u16(0))));
    out.put(
        "EARLY answer: counters 0, 1 and 15",
        RawItem.of(Item.EARLY, join(new byte[] {1}, token, u16(0x8003))));
    out.put("KEEP_OPEN needed", RawItem.of(Item.KEEP_OPEN, new byte[] {1}));
    out.put("IPv4 datagram", Lab.packet(1, 2, 1, 40));
    return out;
  }

  private static Map<String, byte[]> common() {
    Map<String, byte[]> out = new LinkedHashMap<>();
    out.put("private key I", new Stream("static I").bytes(32));
    out.put("public key I", I.publicKey());
    out.put("private key R", new Stream("static R").bytes(32));
    out.put("public key R", R.publicKey());
    String text = PublicKey.of(R.publicKey()).toString();
    assertEquals(IndependentPeer.keyText(R.publicKey()), text);
    assertArrayEquals(R.publicKey(), PublicKey.parse(text).bytes());
    out.put("k1 text of R as ASCII, " + text, text.getBytes(StandardCharsets.US_ASCII));
    Host host = new Host(R, PublicKey.of(I.publicKey()), Suite.X25519_AES256GCM, "unknown id", 12);
    host.control.handle(
        T0 * 1_000_000,
        new Notice.UnknownId(0x8001020304050607L, org.ipae.tunnel.wire.Path.to(SOURCE)));
    byte[] unknown = host.sent.getLast();
    out.put("UNKNOWN_ID of 8001020304050607", unknown);
    return out;
  }

  private static Map<String, byte[]> messages(Suite suite) {
    Map<String, byte[]> out = new LinkedHashMap<>();
    String n = " " + suite.id();
    PublicKey i = PublicKey.of(I.publicKey());
    PublicKey r = PublicKey.of(R.publicKey());

    Host asking = new Host(I, r, suite, "request" + n, 128);
    asking.control.tick(T0 * 1_000_000);
    byte[] request = asking.sent.getFirst();
    out.put("COOKIE_REQUEST", request);

    Stream gateEntropy = new Stream("gate" + n);
    CookieGate gate =
        new CookieGate(
            List.of(new HostIdentity(R, List.of("web.example.net"))),
            suite.bit(),
            new CookieMint(T0, HandshakeLimits.COOKIE_TTL, gateEntropy),
            HandshakeBudget.ofHeap(0),
            gateEntropy);
    Message asked = Codec.decode(request, 0, request.length);
    CookieGate.Verdict verdict = gate.request(T0, (Message.CookieRequest) asked, SOURCE);
    byte[] response = ((CookieGate.Verdict.Respond) verdict).response();
    out.put("COOKIE_RESPONSE", response);

    Initiator initiator = initiator(suite, response, I, false, "I" + n);
    out.put("INIT", initiator.init());
    for (int part = 0; part < initiator.parts().length; part++) {
      out.put("INIT_PART " + part, initiator.parts()[part]);
    }
    out.put("early secret", initiator.earlySecret().bytes().clone());
    SendLane early = new SendLane(suite, initiator.earlySecret(), 0, initiator.earlyId());
    byte[] packet = Lab.packet(1, 2, 1, 40);
    byte[] earlyData = seal(early, packet);
    out.put("DATA early, counter 0", earlyData);

    Responder responder = opened(gate, initiator, "R" + n);
    assertEquals(i, responder.remote());
    assertArrayEquals(initiator.earlySecret().bytes(), responder.earlySecret().bytes());
    Cookie next = next(suite);
    Payloads.Second second =
        new Payloads.Second(Payloads.Status.OK, 2, true, suite.bit(), next, 14_400);
    Secret earlySecret = responder.earlySecret().copy();
    Responder.Answer answer = responder.respond(second);
    out.put("RESP", answer.resp());
    Established established =
        initiator.read((Message.Resp) Codec.decode(answer.resp(), 0, answer.resp().length));
    assertNotNull(established);
    out.put("T(i->r)", established.split().initiatorToResponder().bytes().clone());
    out.put("T(r->i)", established.split().responderToInitiator().bytes().clone());

    RekeySecrets rekeyAtI = RekeySecrets.of(established.split());
    RekeySecrets rekeyAtR = RekeySecrets.of(answer.established().split());
    Session atI = session(established, true);
    Session atR = session(answer.established(), false);
    opens(atR.earlyLane(earlySecret), earlyData);
    byte[] ping = RawItem.of(Item.PING, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8});
    byte[] there = seal(atI.send(), ping, packet);
    out.put("DATA i->r, lane 0, id 0, counter 0: PING, IPv4, padding", there);
    opens(atR.receive(0), there);
    atI.send().useId(1);
    byte[] stepped = seal(atI.send(), packet);
    out.put("DATA i->r, lane 0, id 1, counter 1: IPv4, padding", stepped);
    opens(atR.receive(0), stepped);
    SendLane one = new SendLane(suite, Secret.take(out.get("T(i->r)").clone()), 1);
    byte[] other = seal(one, packet);
    out.put("DATA i->r, lane 1, id 0, counter 0: IPv4, padding", other);
    opens(atR.receive(1), other);
    byte[] back = seal(atR.send(), RawItem.of(Item.PING, new byte[] {1, 1, 2, 3, 4, 5, 6, 7, 8}));
    out.put("DATA r->i, lane 0, id 0, counter 0: PING, padding", back);
    opens(atI.receive(0), back);
    byte[] empty = seal(atR.send());
    out.put("DATA r->i, lane 0, id 0, counter 1: nothing", empty);
    opens(atI.receive(0), empty);

    out.put("rekey psk", rekeyAtI.psk().bytes().clone());
    out.put("rekey id", rekeyAtI.id().bytes().clone());
    Rekey.Start start =
        new Rekey.Start(
            new Rekey.Parent(suite, I, r, rekeyAtI.psk(), rekeyAtI.id()),
            1,
            suite.bit(),
            new Stream("rekey I" + n));
    byte[] first = start.item().encode();
    out.put("HANDSHAKE item 1", first);
    if (suite.hybrid()) {
      int half = first.length / 2;
      for (int at : new int[] {0, half}) {
        out.put(
            "HANDSHAKE item 1 as FRAGMENT id 1, offset " + at,
            RawItem.of(Item.FRAGMENT, join(u32(1), u16(2 * half), u16(at), cut(first, at, half))));
      }
    }
    Rekey.Answer rekeyed =
        Rekey.answer(
            new Rekey.Parent(suite, R, i, rekeyAtR.psk(), rekeyAtR.id()),
            start.item(),
            _ -> new Payloads.Second(Payloads.Status.OK, 1, false, suite.bit(), next, 14_400),
            new Stream("rekey R" + n));
    assertNotNull(rekeyed);
    out.put("HANDSHAKE item 2", rekeyed.item().encode());
    Established child = start.read(rekeyed.item());
    assertNotNull(child);
    out.put("T(i->r) after rekey", child.split().initiatorToResponder().bytes().clone());
    out.putAll(refused(suite, response, gate));
    return out;
  }

  /** An anonymous INIT and the refusal that it gets. [HS-8] [HS-17] [HS-30] */
  private static Map<String, byte[]> refused(Suite suite, byte[] response, CookieGate gate) {
    Map<String, byte[]> out = new LinkedHashMap<>();
    X25519KeyPair once = pair("anonymous " + suite.id());
    Initiator initiator = initiator(suite, response, once, true, "I anonymous " + suite.id());
    out.put("anonymous INIT", initiator.init());
    Responder responder = opened(gate, initiator, "R refuses " + suite.id());
    assertEquals(PublicKey.of(once.publicKey()), responder.remote());
    assertEquals(Payloads.ANONYMOUS, responder.payload().flags());
    Payloads.Second second =
        new Payloads.Second(Payloads.Status.POLICY, 2, false, suite.bit(), next(suite), 14_400);
    byte[] resp = responder.respond(second).resp();
    out.put("RESP of status 2 to the anonymous INIT", resp);
    Established read = initiator.read((Message.Resp) Codec.decode(resp, 0, resp.length));
    assertNotNull(read);
    assertEquals(Payloads.Status.POLICY, read.payload().status());
    return out;
  }

  private static Cookie next(Suite suite) {
    byte[] b = new Stream("next cookie " + suite.id()).bytes(48);
    return new Cookie(cut(b, 0, 16), Secret.copyOf(b, 16, 32), Strength.of(suite));
  }

  private static Initiator initiator(
      Suite suite, byte[] response, X25519KeyPair s, boolean anonymous, String stream) {
    Cookie cookie =
        new Cookie(cut(response, 20, 16), Secret.copyOf(response, 36, 32), Strength.CLEAR);
    PublicKey r = PublicKey.of(R.publicKey());
    Initiator.Wish wish =
        new Initiator.Wish(s, r, suite, suite.bit(), 2, "web.example.net", anonymous);
    return new Initiator(wish, cookie, 1_000, new Stream(stream));
  }

  private static Responder opened(CookieGate gate, Initiator initiator, String stream) {
    Message.Init init = (Message.Init) Codec.decode(initiator.init(), 0, initiator.init().length);
    CookieGate.Verdict admitted = gate.init(T0 + 1_050, init, SOURCE);
    CookieGate.Admission admission = ((CookieGate.Verdict.Admit) admitted).admission();
    Responder responder = Responder.open(admission, new Stream(stream));
    assertNotNull(responder);
    return responder;
  }

  private static String file(Map<String, byte[]> values) {
    StringBuilder out = new StringBuilder();
    values.forEach((name, bytes) -> out.append(name).append(" = ").append(hex(bytes)).append('\n'));
    return out.toString();
  }

  private static String appendix(Map<String, Map<String, byte[]>> files) {
    StringBuilder out = new StringBuilder(BEGIN);
    files.forEach((title, values) -> {
      out.append("\n### ").append(title).append("\n\n```\n");
      values.forEach((name, b) -> out.append(entry(name, b)));
      out.append("```\n");
    });
    return out.append("\n").toString();
  }

  private static String entry(String name, byte[] b) {
    StringBuilder out = new StringBuilder(name + " (" + b.length + " bytes)\n");
    if (b.length > WHOLE) {
      return out.append("  SHA-256 ")
          .append(hex(sha256(b)))
          .append('\n')
          .append("  first   ")
          .append(hex(cut(b, 0, 32)))
          .append('\n')
          .append("  last    ")
          .append(hex(cut(b, b.length - 32, 32)))
          .append('\n')
          .toString();
    }
    for (int at = 0; at < b.length; at += 32) {
      out.append("  ").append(hex(cut(b, at, Math.min(32, b.length - at)))).append('\n');
    }
    return out.toString();
  }

  private static Map<String, Map<String, byte[]>> all() {
    Map<String, Map<String, byte[]>> out = new LinkedHashMap<>();
    out.put("keys", common());
    out.put("items", items());
    for (Suite suite : Suite.values()) {
      out.put("suite-" + suite.id(), messages(suite));
    }
    out.put("suite-1-steps", GoldenSteps.of(out.get("keys"), out.get("suite-1")));
    return out;
  }

  @Test
  void everyMessageHasTheBytesOfTheFilesAndOfTheAppendix() throws IOException {
    Map<String, Map<String, byte[]>> all = all();
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    assertTrue(begin >= 0 && end > begin, "the appendix has its marks");
    if (WRITE) {
      Files.createDirectories(FILES);
      for (Map.Entry<String, Map<String, byte[]>> e : all.entrySet()) {
        Files.writeString(FILES.resolve(e.getKey() + ".txt"), file(e.getValue()));
      }
      Files.writeString(
          DOCUMENT, document.substring(0, begin) + appendix(all) + document.substring(end));
      return;
    }
    for (Map.Entry<String, Map<String, byte[]>> e : all.entrySet()) {
      assertEquals(Files.readString(FILES.resolve(e.getKey() + ".txt")), file(e.getValue()));
    }
    assertEquals(document.substring(begin, end), appendix(all));
  }

  /** [DG-1] and the table of section 4. */
  @Test
  void theSizesAreThoseOfSectionFour() {
    Map<String, byte[]> one = messages(Suite.X25519_MLKEM768_AES256GCM);
    Map<String, byte[]> three = messages(Suite.X25519_AES256GCM);
    assertEquals(128, one.get("COOKIE_REQUEST").length);
    assertEquals(76, one.get("COOKIE_RESPONSE").length);
    assertEquals(1352, one.get("INIT").length);
    assertEquals(714, one.get("INIT_PART 0").length);
    assertEquals(714, one.get("INIT_PART 1").length);
    assertEquals(1232, one.get("RESP").length);
    assertEquals(152, three.get("INIT").length);
    assertEquals(128, three.get("RESP").length);
    assertEquals(152, three.get("anonymous INIT").length);
    assertEquals(128, three.get("RESP of status 2 to the anonymous INIT").length);
    assertEquals(12, common().get("UNKNOWN_ID of 8001020304050607").length);
  }

  /** The entropy is as the appendix says, so that others can make the same bytes. */
  @Test
  void theRandomBytesAreUsedInTheOrderOfTheAppendix() {
    for (Suite suite : Suite.values()) {
      Map<String, byte[]> m = messages(suite);
      byte[] s = new Stream("I " + suite.id()).bytes(36);
      byte[] e = X25519KeyPair.of(Secret.copyOf(s, 0, 32)).publicKey();
      assertArrayEquals(e, cut(m.get("INIT"), 28, 32));
      assertArrayEquals(cut(s, 32, 4), cut(m.get("INIT"), 4, 4));
      s = new Stream("R " + suite.id()).bytes(32);
      e = X25519KeyPair.of(Secret.copyOf(s, 0, 32)).publicKey();
      assertArrayEquals(e, cut(m.get("RESP"), 8, 32));
      s = new Stream("rekey I " + suite.id()).bytes(36);
      e = X25519KeyPair.of(Secret.copyOf(s, 4, 32)).publicKey();
      assertArrayEquals(cut(s, 0, 4), cut(m.get("HANDSHAKE item 1"), 4, 4));
      assertArrayEquals(e, cut(m.get("HANDSHAKE item 1"), 8, 32));
    }
  }
}
