// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.nio.charset.StandardCharsets;
import org.ipae.tun.kernel.Abi;

/** Two interfaces joined by a cable, for tests. */
public final class Veth {
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;

  private Veth() {}

  /** Makes a veth pair, this end of that name, the other named by the kernel. Returns its index. */
  public static int make(Netlink netlink, String name) throws Exception {
    NetlinkMessage request =
        NetlinkMessage.request(
            Abi.RTM_NEWLINK,
            Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_EXCL,
            Abi.SIZEOF_IFINFOMSG);
    request.add(Abi.IFLA_IFNAME, (name + "\0").getBytes(StandardCharsets.UTF_8));
    int info = request.beginNest(IFLA_LINKINFO);
    request.add(IFLA_INFO_KIND, "veth".getBytes(StandardCharsets.UTF_8));
    request.endNest(info);
    try (NetlinkSocket socket = new NetlinkSocket(0, true)) {
      socket.ask(request, "RTM_NEWLINK veth");
    }
    return netlink.linkIndex(name);
  }
}
