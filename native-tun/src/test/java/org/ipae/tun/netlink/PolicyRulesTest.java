// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.Ip;
import org.ipae.tun.Poller;
import org.ipae.tun.kernel.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PolicyRulesTest {
  private static final int OURS = 138;
  private static final int TABLE = 1138;
  private static final int END = 11_779;

  private static RuleSpec rule(boolean ipv4, int priority, RuleSpec.Action action) {
    return new RuleSpec(ipv4, priority, OURS, action);
  }

  private static List<RuleSpec> ofEveryKind(boolean ipv4) {
    return List.of(
        rule(ipv4, END, ipv4 ? new RuleSpec.Target(1, 2) : new RuleSpec.Target(0, 0)),
        rule(ipv4, 11_380, new RuleSpec.PortsSkipTo(END, 1138, 1138)),
        rule(ipv4, 11_381, new RuleSpec.PortsSkipTo(END, 28_018, 29_041)),
        rule(ipv4, 11_382, new RuleSpec.Lookup(RouteSpec.MAIN_TABLE, 24)),
        rule(ipv4, 11_383, new RuleSpec.Lookup(TABLE, 23)),
        rule(ipv4, 11_384, new RuleSpec.Lookup(1_138_024, RuleSpec.Lookup.ALL)));
  }

  @Test
  void rulesComeAndGoAndAreTold() throws Exception {
    Namespace.run(netlink -> {
      PolicyRules rules = new PolicyRules(netlink);
      List<RuleSpec> before = rules.all();
      assertFalse(before.isEmpty(), "the kernel's own");
      List<RuleSpec> all = new ArrayList<>(ofEveryKind(true));
      all.addAll(ofEveryKind(false));
      try (NetlinkWatch watch = NetlinkWatch.open();
          Poller poller = new Poller(watch.descriptor())) {
        for (RuleSpec r : all) {
          assertTrue(rules.add(r), r.toString());
          assertFalse(rules.add(r), "twice: " + r);
        }
        List<RuleSpec> there = rules.all();
        assertTrue(there.containsAll(all), there.toString());
        assertEquals(before.size() + all.size(), there.size());
        for (RuleSpec r : all) {
          assertTrue(rules.remove(r), r.toString());
          assertFalse(rules.remove(r), "twice: " + r);
        }
        assertEquals(before, rules.all());
        List<NetlinkEvent> events = new ArrayList<>();
        while (events.size() < all.size()) {
          assertTrue(poller.await(10_000_000_000L), events.toString());
          watch.read(events::add);
        }
        assertEquals(all.stream().map(NetlinkEvent.RuleRemoved::new).toList(), events);
      }
    });
  }

  @Test
  void ownPortsDoNotSeeWhatIsInTheTable() throws Exception {
    Namespace.run(netlink -> {
      int link = Veth.make(netlink, "eth0");
      netlink.setLinkUp(link);
      netlink.addAddress(link, Ip.of("10.9.0.1").bytes(), 24);
      netlink.addRoute(new RouteSpec(Ip.of("192.0.2.0").bytes(), 24, link, TABLE, OURS, 0, 0));
      byte[] there = Ip.of("192.0.2.1").bytes();
      PolicyRules rules = new PolicyRules(netlink);
      for (RuleSpec r : ofEveryKind(true)) {
        rules.add(r);
      }
      assertNotNull(netlink.lookup(there, Flow.ANY));
      assertNotNull(netlink.lookup(there, new Flow(0, 1139, 0)));
      assertNull(netlink.lookup(there, new Flow(0, 1138, 0)));
      assertNull(netlink.lookup(there, new Flow(0, 28_018, 0)));
      assertNull(netlink.lookup(there, new Flow(0, 29_041, 0)));
      assertNotNull(netlink.lookup(there, new Flow(0, 29_042, 0)));
    });
  }

  @Test
  void routesThatEndTheSearchComeAndGo() throws Exception {
    Namespace.run(netlink -> {
      netlink.setLinkUp(netlink.linkIndex("lo"));
      for (String prefix : List.of("10.7.0.0", "fd07::")) {
        for (RouteSpec.Kind kind :
            List.of(
                RouteSpec.Kind.BLACKHOLE,
                RouteSpec.Kind.UNREACHABLE,
                RouteSpec.Kind.PROHIBIT,
                RouteSpec.Kind.THROW)) {
          RouteSpec r = new RouteSpec(kind, Ip.of(prefix).bytes(), 16, 0, null, TABLE, OURS, 77, 0);
          netlink.addRoute(r);
          assertTrue(netlink.places().contains(r), r + " in " + netlink.places());
          assertTrue(netlink.removeRoute(r));
          assertFalse(netlink.places().contains(r));
        }
      }
    });
  }
}
