// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.Zone;
import org.ipae.lab.dns.Zone.Flaw;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@code ipae dns lookup} concludes of signed zones and their broken sisters, beside Unbound
 * and delv.
 *
 * <pre>
 * gw == dns: named (a root of this run, net, and zones below), Unbound that checks nothing,
 *            Unbound that validates
 * </pre>
 */
@Tag("once")
@Timeout(180)
class NameKeysLabTest {

  /**
   * The zone, the name in it, what is expected, and whether Unbound and delv have that class too.
   */
  private record Row(String name, String verdict, String reason, boolean judged) {
    static Row of(String name, String verdict) {
      return new Row(name, verdict, "", true);
    }

    static Row of(String name, String verdict, String reason) {
      return new Row(name, verdict, reason, true);
    }

    Row alone() {
      return new Row(name, verdict, reason, false);
    }
  }

  private static String published(String key) {
    return """
    _ipae._udp.gw IN SRV 10 0 1138 KEY.gw
    KEY.gw IN A 203.0.113.7
    KEY.gw IN AAAA 2001:db8::7
    alias IN CNAME gw
    _ipae._udp.alias IN CNAME _ipae._udp.gw
    _ipae._udp.broken IN CNAME _ipae._udp.gw.expired.net.
    _ipae._udp.open IN CNAME _ipae._udp.gw.unsigned.net.
    _ipae._udp.empty IN TXT "nothing"
    _ipae._udp.none IN SRV 0 0 0 .
    _ipae._udp.zero IN SRV 10 0 0 KEY.gw
    _ipae._udp.nokey IN SRV 10 0 1138 www.gw
    below IN DNAME gw2
    _ipae._udp.x.gw2 IN SRV 10 0 1138 KEY.gw
    *.wild IN SRV 10 0 1138 KEY.gw
    *.text IN TXT "nothing"
    x._ipae._udp.between IN TXT "nothing"
    _ipae._udp.far IN CNAME _ipae._udp.gw.nsec3.net.
    _ipae._udp.farther IN CNAME _ipae._udp.far
    _ipae._udp.up IN CNAME _ipae._udp.gw.good.net.
    _ipae._udp.lost IN CNAME _ipae._udp.nowhere
    over IN DNAME gw2.nsec3.net.
    """
        .replace("KEY", key);
  }

  private static String many(String key) {
    StringBuilder out = new StringBuilder(published(key));
    for (int i = 0; i < 500; i++) {
      out.append("_ipae._udp.many IN SRV ")
          .append(i)
          .append(" 0 1138 ")
          .append(key)
          .append(".gw\n");
    }
    return out.toString();
  }

  private static List<Zone> zones(String key) {
    String records = published(key);
    List<Zone> out = new ArrayList<>();
    out.add(Zone.of("good.net.", many(key)));
    out.add(Zone.of("nsec3.net.", records, Flaw.NSEC3));
    out.add(Zone.of("optout.net.", records, Flaw.OPT_OUT));
    for (String a :
        List.of("RSASHA1", "RSASHA256", "RSASHA512", "ECDSAP384SHA384", "ED25519", "ED448")) {
      out.add(Zone.of(a.toLowerCase(Locale.ROOT) + ".net.", records, a));
    }
    out.add(Zone.of("unsigned.net.", records, Flaw.UNSIGNED));
    out.add(Zone.of("expired.net.", records, Flaw.EXPIRED));
    out.add(Zone.of("future.net.", records, Flaw.NOT_YET_VALID));
    out.add(Zone.of("otherds.net.", records, Flaw.OTHER_DS));
    out.add(Zone.of("gone.net.", records, Flaw.SIGNATURES_GONE));
    out.add(Zone.of("srvgone.net.", records, Flaw.SRV_SIGNATURE_GONE));
    out.add(Zone.of("silent.net.", records, Flaw.SILENT));
    return out;
  }

  private static final List<Row> ROWS =
      List.of(
          Row.of("gw.good.net", "secure"),
          Row.of("alias.good.net", "secure"),
          Row.of("x.below.good.net", "secure"),
          Row.of("a.wild.good.net", "secure"),
          Row.of("many.good.net", "secure"),
          Row.of("gw.nsec3.net", "secure"),
          Row.of("gw.rsasha256.net", "secure"),
          Row.of("gw.rsasha512.net", "secure"),
          Row.of("gw.ecdsap384sha384.net", "secure"),
          Row.of("gw.ed25519.net", "secure"),
          Row.of("gw.ed448.net", "secure"),
          Row.of("gw.rsasha1.net", "secure"),
          Row.of("GW.Good.Net", "secure"),
          Row.of("a.wild.nsec3.net", "secure"),
          Row.of("gw.optout.net", "secure"),
          Row.of("far.good.net", "secure"),
          Row.of("farther.good.net", "secure"),
          Row.of("x.over.good.net", "secure"),
          Row.of("none.good.net", "secure"),
          Row.of("zero.good.net", "secure"),
          Row.of("nokey.good.net", "secure"),
          Row.of("nowhere.good.net", "absent", "no such name, proven"),
          Row.of("empty.good.net", "absent", "no such records, proven"),
          Row.of("nowhere.nsec3.net", "absent", "no such name, proven"),
          Row.of("nowhere.net", "absent", "no such name, proven"),
          Row.of("empty.nsec3.net", "absent", "no such records, proven"),
          Row.of("a.text.good.net", "absent", "no such records, proven"),
          Row.of("a.text.nsec3.net", "absent", "no such records, proven"),
          Row.of("between.good.net", "absent", "no such records, proven"),
          Row.of("lost.good.net", "absent", "no such name, proven"),
          Row.of("nowhere.optout.net", "absent", "no such name"),
          Row.of("up.unsigned.net", "insecure"),
          Row.of("gw.unsigned.net", "insecure"),
          Row.of("open.good.net", "insecure"),
          Row.of("nowhere.unsigned.net", "absent", "not proven"),
          Row.of("gw.expired.net", "bogus", "has expired, 2024-02-01"),
          Row.of("broken.good.net", "bogus", "has expired, 2024-02-01"),
          Row.of("gw.future.net", "bogus", "is not valid before 2040-01-01"),
          Row.of("gw.otherds.net", "bogus", "DS"),
          Row.of("gw.gone.net", "bogus"),
          Row.of("gw.srvgone.net", "bogus"),
          Row.of("gw.silent.net", "unreachable", "SERVFAIL").alone());

  @Test
  void everyVerdictIsUnboundsAndDelvsTooAndNamesItsReason() throws Exception {
    try (Lab lab = new Lab()) {
      Gateway gw = Gateway.on(lab, lab.host("gw"));
      Host dns = lab.host("dns");
      lab.cable(gw.host(), "eth0", dns, "eth0");
      gw.host().address("eth0", "10.54.0.1/24").route("10.53.0.0/24", "10.54.0.2");
      dns.address("eth0", "10.54.0.2/24");
      Hierarchy net = new Hierarchy(lab, dns, zones(gw.publicKey()));
      gw.dns("resolvers = [\"" + Hierarchy.RESOLVER + "\"]");
      gw.dns("trust_anchors = \"" + net.anchor() + "\"").write();
      JsonNode good =
          new ObjectMapper().readTree(gw.ipae("dns", "lookup", "gw.good.net", "--json").out());
      assertEquals(gw.publicKey(), good.at("/gateways/0/key").asText());
      assertEquals("2001:db8:0:0:0:0:0:7", good.at("/gateways/0/addresses/0").asText());
      assertEquals("203.0.113.7", good.at("/gateways/0/addresses/1").asText());
      assertTrue(good.path("valid_ms").asLong() > 200_000, good.toString());
      List<String> wrong = new ArrayList<>();
      for (Row r : ROWS) {
        Command.Result done = gw.ipae("dns", "lookup", r.name, "--json");
        JsonNode found = new ObjectMapper().readTree(done.out().isEmpty() ? "{}" : done.out());
        String verdict = found.path("verdict").asText();
        String reason = found.path("reason").asText();
        String judged = r.judged ? net.judged("_ipae._udp." + r.name, "SRV") : "-";
        String delved = r.judged ? net.delved("_ipae._udp." + r.name, "SRV") : "-";
        String line =
            "%-24s ipae %-12s Unbound %-12s delv %-12s %s"
                .formatted(r.name, verdict, judged, delved, reason);
        System.out.println(line);
        if (!verdict.equals(r.verdict)
            || !reason.contains(r.reason)
            || (r.judged && !(judged.equals(r.verdict) && delved.equals(r.verdict)))) {
          wrong.add(line + done.err());
        }
      }
      assertEquals(List.of(), wrong);
      Command.Result text = gw.ipae("dns", "lookup", "gw.good.net");
      assertEquals(0, text.exit(), text.toString());
      assertTrue(text.out().contains("a peer would use them"), text.out());
      Command.Result bogus = gw.ipae("dns", "lookup", "gw.expired.net");
      assertEquals(1, bogus.exit(), bogus.toString());
    }
  }
}
