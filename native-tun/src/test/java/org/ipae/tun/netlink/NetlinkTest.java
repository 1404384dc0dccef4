// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.Errno;
import org.ipae.tun.Ip;
import org.ipae.tun.OsException;
import org.ipae.tun.Poller;
import org.ipae.tun.device.LinuxTun;
import org.ipae.tun.device.TunOptions;
import org.ipae.tun.kernel.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetlinkTest {
  private static final int MAIN = RouteSpec.MAIN_TABLE;
  private static final int OURS = 201;
  private static final int OTHERS = 202;

  /** A test with a TUN link that is up. */
  private interface Body {
    void run(Netlink netlink, int link) throws Exception;
  }

  private static void withLink(Body body) throws Exception {
    Namespace.run(netlink -> {
      try (LinuxTun tun = LinuxTun.open("ipae0", TunOptions.defaults())) {
        netlink.disableAddressGeneration(tun.index());
        netlink.setLinkUp(tun.index());
        body.run(netlink, tun.index());
      }
    });
  }

  private static RouteSpec route(
      String prefix, int length, int link, int table, int protocol, int metric, int mtu) {
    return new RouteSpec(Ip.of(prefix).bytes(), length, link, table, protocol, metric, mtu);
  }

  @Test
  void routesAreListedByProtocolAsTheyWereMade() throws Exception {
    withLink((netlink, link) -> {
      List<RouteSpec> made =
          List.of(
              route("10.1.0.0", 16, link, MAIN, OURS, 0, 0),
              route("10.1.2.0", 24, link, MAIN, OURS, 77, 1280),
              route("10.2.0.0", 16, link, 51_820, OURS, 5, 0),
              route("fd01::", 16, link, MAIN, OURS, 77, 1290),
              route("fd02::", 32, link, 51_820, OURS, 1024, 0),
              route("::", 0, link, 7, OURS, 9, 0),
              route("0.0.0.0", 0, link, 7, OURS, 9, 0));
      RouteSpec foreign = route("10.3.0.0", 16, link, MAIN, OTHERS, 0, 0);
      netlink.addRoute(foreign);
      for (RouteSpec route : made) {
        netlink.addRoute(route);
      }
      List<RouteSpec> listed = netlink.routes(OURS);
      assertEquals(made.size(), listed.size(), listed.toString());
      assertTrue(listed.containsAll(made), listed.toString());
      assertEquals(List.of(foreign), netlink.routes(OTHERS));
      for (RouteSpec route : made) {
        assertTrue(netlink.removeRoute(route), route.toString());
        assertFalse(netlink.removeRoute(route), route.toString());
      }
      assertEquals(List.of(), netlink.routes(OURS));
      assertEquals(List.of(foreign), netlink.routes(OTHERS));
    });
  }

  @Test
  void aRouteIsReplacedWhenThatIsAskedFor() throws Exception {
    withLink((netlink, link) -> {
      for (String prefix : List.of("10.1.0.0", "fd01::")) {
        netlink.addRoute(route(prefix, 16, link, MAIN, OURS, 60, 0));
        RouteSpec other = route(prefix, 16, netlink.linkIndex("lo"), MAIN, OURS, 60, 1400);
        netlink.replaceRoute(other);
        netlink.replaceRoute(other);
        assertEquals(List.of(other), netlink.routes(OURS));
        netlink.removeRoute(other);
      }
    });
  }

  @Test
  void anEqualRouteOfSomebodyElseIsAClearErrorAndStays() throws Exception {
    withLink((netlink, link) -> {
      for (String prefix : List.of("10.1.0.0", "fd01::")) {
        RouteSpec foreign = route(prefix, 16, link, MAIN, OTHERS, 1024, 0);
        netlink.addRoute(foreign);
        // Metric 0 of IPv6 is 1024.
        int metric = prefix.contains(":") ? 0 : 1024;
        RouteSpec wanted = route(prefix, 16, link, MAIN, OURS, metric, 1400);
        OsException e = assertThrows(OsException.class, () -> netlink.addRoute(wanted));
        assertEquals(Errno.EEXIST, e.errno());
        assertTrue(netlink.places().stream().anyMatch(p -> p.samePlace(wanted)));
        assertFalse(netlink.removeRoute(wanted));
        assertEquals(List.of(foreign), netlink.routes(OTHERS));
        netlink.removeRoute(foreign);
      }
    });
  }

  @Test
  void addressesComeAndGoAndWorkAtOnce() throws Exception {
    withLink((netlink, link) -> {
      for (String text : List.of("10.9.0.1", "fd09::1")) {
        Ip ip = Ip.of(text);
        AddressSpec expected = new AddressSpec(link, ip.bytes(), 24);
        netlink.addAddress(link, ip.bytes(), 24);
        netlink.addAddress(link, ip.bytes(), 24);
        assertTrue(netlink.addresses().contains(expected));
        ip.bind(0).close();
        netlink.removeAddress(link, ip.bytes(), 24);
        assertFalse(netlink.addresses().contains(expected));
        OsException e =
            assertThrows(OsException.class, () -> netlink.removeAddress(link, ip.bytes(), 24));
        assertEquals(Errno.EADDRNOTAVAIL, e.errno());
      }
      assertTrue(
          netlink.addresses().stream().noneMatch(a -> a.interfaceIndex() == link),
          "no link-local address of the kernel's");
    });
  }

  @Test
  void aLookupTellsInterfaceSourceGatewayAndMtu() throws Exception {
    withLink((netlink, link) -> {
      assertNull(netlink.lookup(Ip.of("192.0.2.1").bytes(), Flow.ANY));
      assertNull(netlink.lookup(Ip.of("2001:db8::1").bytes(), Flow.ANY));
      netlink.addAddress(link, Ip.of("10.9.0.1").bytes(), 24);
      netlink.addAddress(link, Ip.of("fd09::1").bytes(), 64);
      netlink.addRoute(route("192.0.2.0", 24, link, MAIN, OURS, 0, 1333));
      netlink.addRoute(route("2001:db8::", 32, link, MAIN, OURS, 0, 1334));
      RouteLookup four = netlink.lookup(Ip.of("192.0.2.1").bytes(), Flow.ANY);
      assertNotNull(four);
      assertEquals(
          new RouteLookup(link, null, Ip.of("10.9.0.1").bytes(), false, MAIN, 1333),
          four,
          four.toString());
      RouteLookup six = netlink.lookup(Ip.of("2001:db8::1").bytes(), Flow.ANY);
      assertNotNull(six);
      assertEquals(link, six.interfaceIndex());
      assertNull(six.gateway());
      assertArrayEquals(Ip.of("fd09::1").bytes(), six.source());
      assertEquals(1334, six.mtu());
      RouteLookup own = netlink.lookup(Ip.of("10.9.0.1").bytes(), Flow.ANY);
      assertNotNull(own);
      assertEquals(netlink.linkIndex("lo"), own.interfaceIndex());
      assertEquals("lo", netlink.linkName(own.interfaceIndex()));
      assertNotNull(netlink.lookup(Ip.of("192.0.2.1").bytes(), new Flow(42, 0, 0)));
    });
  }

  @Test
  void aPacketWithASourceOfItsOwnGoesByThatSourcesRules() throws Exception {
    withLink((netlink, link) -> {
      netlink.setLinkUp(link);
      netlink.addAddress(link, Ip.of("10.9.0.1").bytes(), 24);
      netlink.addAddress(link, Ip.of("10.8.0.1").bytes(), 24);
      netlink.addRoute(route("192.0.2.0", 24, link, MAIN, OURS, 0, 0));
      byte[] there = Ip.of("192.0.2.1").bytes();
      assertArrayEquals(Ip.of("10.9.0.1").bytes(), netlink.lookup(there, Flow.ANY).source());
      RouteLookup second = netlink.lookup(there, Flow.ANY.from(Ip.of("10.8.0.1").bytes()));
      assertNotNull(second);
      assertNull(second.source(), "the one that was given");
      assertNull(
          netlink.lookup(there, Flow.ANY.from(Ip.of("10.7.0.1").bytes())), "not of this host");
    });
  }

  @Test
  void refusedRequestsNameTheRequestAndTheKernelsReason() throws Exception {
    withLink((netlink, link) -> {
      OsException e = assertThrows(OsException.class, () -> netlink.setMtu(link, 10));
      assertEquals(Errno.EINVAL, e.errno());
      assertTrue(e.getMessage().startsWith("RTM_NEWLINK " + link + " mtu 10: EINVAL"));
      assertTrue(e.getMessage().contains("mtu less than device minimum"), e.getMessage());
      assertEquals(
          Errno.ENODEV, assertThrows(OsException.class, () -> netlink.setLinkUp(4711)).errno());
      assertEquals(
          Errno.ENODEV,
          assertThrows(OsException.class, () -> netlink.linkIndex("nothing")).errno());
      assertThrows(IllegalArgumentException.class, () -> netlink.addAddress(link, new byte[5], 1));
    });
  }

  @Test
  void theWatchTellsEveryChangeInOrder() throws Exception {
    withLink((netlink, link) -> {
      try (NetlinkWatch watch = NetlinkWatch.open();
          Poller poller = new Poller(watch.descriptor())) {
        netlink.setMtu(link, 1312);
        netlink.addAddress(link, Ip.of("10.9.0.1").bytes(), 32);
        netlink.removeAddress(link, Ip.of("10.9.0.1").bytes(), 32);
        netlink.addAddress(link, Ip.of("fd09::1").bytes(), 128);
        RouteSpec four = route("10.1.0.0", 16, link, MAIN, OURS, 3, 0);
        RouteSpec six = route("fd01::", 16, link, MAIN, OTHERS, 3, 0);
        netlink.addRoute(four);
        netlink.removeRoute(four);
        netlink.addRoute(six);
        netlink.removeRoute(six);
        List<NetlinkEvent> events = new ArrayList<>();
        // The kernel tells of a new IPv6 address from a work queue, out of order.
        NetlinkEvent late =
            new NetlinkEvent.AddressAdded(new AddressSpec(link, Ip.of("fd09::1").bytes(), 128));
        while (!events.contains(new NetlinkEvent.RouteRemoved(six)) || !events.contains(late)) {
          assertTrue(poller.await(10_000_000_000L), events.toString());
          watch.read(events::add);
        }
        List<NetlinkEvent> expected =
            List.of(
                new NetlinkEvent.LinkChanged(link, "ipae0", true, 1312, false),
                new NetlinkEvent.AddressAdded(new AddressSpec(link, Ip.of("10.9.0.1").bytes(), 32)),
                new NetlinkEvent.AddressRemoved(
                    new AddressSpec(link, Ip.of("10.9.0.1").bytes(), 32)),
                new NetlinkEvent.RouteAdded(four),
                new NetlinkEvent.RouteRemoved(four),
                new NetlinkEvent.RouteAdded(six),
                new NetlinkEvent.RouteRemoved(six));
        int next = 0;
        for (NetlinkEvent event : events) {
          if (next < expected.size() && event.equals(expected.get(next))) {
            next++;
          }
        }
        assertEquals(expected.size(), next, events.toString());
      }
    });
  }

  @Test
  void aWatchLeavesOutWhatItsOwnerChanges() throws Exception {
    withLink((netlink, link) -> {
      try (Netlink own = Netlink.open();
          NetlinkWatch watch = NetlinkWatch.open(own)) {
        List<NetlinkEvent> expected = new ArrayList<>();
        for (String prefix : List.of("10.1.0.0", "fd01::")) {
          RouteSpec mine = route(prefix, 16, link, MAIN, OURS, 3, 0);
          RouteSpec other = route(prefix, 16, link, MAIN, OURS, 4, 0);
          own.addRoute(mine);
          own.replaceRoute(mine);
          netlink.addRoute(other);
          expected.add(new NetlinkEvent.RouteAdded(other));
          netlink.removeRoute(mine);
          expected.add(new NetlinkEvent.RouteRemoved(mine));
          own.removeRoute(other);
        }
        List<NetlinkEvent> events = new ArrayList<>();
        watch.read(events::add);
        assertEquals(expected, events);
      }
    });
  }

  @Test
  void lostEventsAreAnOverrun() throws Exception {
    withLink((netlink, link) -> {
      try (NetlinkWatch watch = NetlinkWatch.open()) {
        RouteSpec route = route("10.1.0.0", 16, link, MAIN, OURS, 3, 0);
        for (int i = 0; i < 20_000; i++) {
          netlink.addRoute(route);
          netlink.removeRoute(route);
        }
        List<NetlinkEvent> events = new ArrayList<>();
        watch.read(events::add);
        assertTrue(events.contains(new NetlinkEvent.Overrun()));
        netlink.addRoute(route);
        watch.read(events::add);
        assertTrue(
            events.lastIndexOf(new NetlinkEvent.RouteAdded(route))
                > events.lastIndexOf(new NetlinkEvent.Overrun()));
      }
    });
  }

  @Test
  void theMtuTowardsADestinationIsThatOfInterfaceAndRoute() throws Exception {
    withLink((netlink, link) -> {
      netlink.setMtu(link, 1400);
      netlink.addRoute(route("10.1.0.0", 16, link, MAIN, OURS, 0, 0));
      netlink.addRoute(route("10.2.0.0", 16, link, MAIN, OURS, 0, 1300));
      netlink.addRoute(route("10.3.0.0", 16, link, MAIN, OURS, 0, 9000));
      netlink.addRoute(route("fd01::", 16, link, MAIN, OURS, 0, 0));
      netlink.addRoute(route("fd02::", 16, link, MAIN, OURS, 0, 1290));
      assertEquals(1400, netlink.mtu(Ip.of("10.1.0.1").bytes(), Flow.ANY));
      assertEquals(1300, netlink.mtu(Ip.of("10.2.0.1").bytes(), Flow.ANY));
      assertEquals(1400, netlink.mtu(Ip.of("10.3.0.1").bytes(), Flow.ANY));
      assertEquals(1400, netlink.mtu(Ip.of("fd01::1").bytes(), Flow.ANY));
      assertEquals(1290, netlink.mtu(Ip.of("fd02::1").bytes(), Flow.ANY));
      assertEquals(0, netlink.mtu(Ip.of("192.0.2.1").bytes(), Flow.ANY), "no route");
    });
  }
}
