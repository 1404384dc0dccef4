// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Predicate;
import org.ipae.tun.Errno;
import org.ipae.tun.Ip;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes and flags of rtnetlink that a kernel may not know, each refused in its turn. */
@Timeout(60)
class OlderNetlinkTest {

  /** The kernel, apart from requests it does not know. */
  private record Older(NetlinkSocket kernel, Predicate<NetlinkMessage> unknown, int errno)
      implements NetlinkRequests {
    @Override
    public List<NetlinkMessage> ask(NetlinkMessage request, Object call) throws OsException {
      byte[] bytes = request.finish(0);
      if (unknown.test(NetlinkMessage.parse(bytes, bytes.length).getFirst())) {
        throw new OsException(call.toString(), errno);
      }
      return kernel.ask(request, call);
    }

    @Override
    public List<NetlinkMessage> dump(NetlinkMessage request, Object call) throws OsException {
      return kernel.dump(request, call);
    }

    @Override
    public int port() {
      return kernel.port();
    }

    @Override
    public void close() {
      kernel.close();
    }
  }

  private interface Body {
    void run(Netlink older, int index) throws Exception;
  }

  private static void with(Predicate<NetlinkMessage> unknown, int errno, Body body)
      throws Exception {
    Namespace.run(netlink -> {
      int index = Veth.make(netlink, "eth0");
      try (Netlink older = new Netlink(new Older(new NetlinkSocket(0, true), unknown, errno))) {
        body.run(older, index);
      }
    });
  }

  private static boolean link(NetlinkMessage m, int attribute) {
    return m.type() == Abi.RTM_NEWLINK && m.attribute(Abi.SIZEOF_IFINFOMSG, attribute) != null;
  }

  /** What a start does, as far as the kernel has it. */
  private static void setUp(Netlink netlink, int index) throws OsException {
    netlink.setMtu(index, 1420);
    netlink.addAddress(index, Ip.of("10.255.0.1").bytes(), 32);
    netlink.setLinkUp(index);
    netlink.addRoute(new RouteSpec(Ip.of("10.9.0.0").bytes(), 16, index, 254, 138, 0, 0));
    assertEquals(1, netlink.routes(138).size());
  }

  @ParameterizedTest
  @ValueSource(ints = {Errno.EAFNOSUPPORT, Errno.EOPNOTSUPP, Errno.EINVAL})
  void aKernelThatGivesItsOwnAddressesOrHasNoIpv6IsSetUpAllTheSame(int errno) throws Exception {
    with(
        m -> link(m, Abi.IFLA_AF_SPEC),
        errno,
        (older, index) -> {
          assertFalse(older.disableAddressGeneration(index));
          assertTrue(older.setQueueLength(index, 2000));
          setUp(older, index);
        });
  }

  @Test
  void theLengthOfTheQueueIsLeftAsItIs() throws Exception {
    with(
        m -> link(m, Abi.IFLA_TXQLEN),
        Errno.EOPNOTSUPP,
        (older, index) -> {
          assertFalse(older.setQueueLength(index, 2000));
          assertTrue(older.disableAddressGeneration(index));
          setUp(older, index);
        });
  }

  @Test
  void theMtuOfTheLinkCountsWhereTheRouteIsNotTold() throws Exception {
    with(
        m -> m.type() == Abi.RTM_GETROUTE && (m.body32(Abi.RTM_FLAGS) & Abi.RTM_F_FIB_MATCH) != 0,
        Errno.EINVAL,
        (older, index) -> {
          setUp(older, index);
          assertEquals(1420, older.mtu(Ip.of("10.9.0.1").bytes(), Flow.ANY));
        });
  }

  @Test
  void anInterfaceThatIsNotThereIsNoMatterOfTheKernelsAge() throws Exception {
    with(
        m -> false,
        0,
        (older, index) -> {
          OsException e =
              assertThrows(OsException.class, () -> older.setQueueLength(index + 1000, 2000));
          assertEquals(Errno.ENODEV, e.errno());
        });
  }
}
