package org.ipae.tun;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A private network namespace for one test: a thread of its own enters it, and everything opened in
 * that thread lives in it. It goes with its last socket.
 */
final class Namespace {
  private static final int CLONE_NEWNET = 0x40000000;

  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;

  static {
    Native.register(Namespace.class, NativeLibrary.getProcess());
  }

  private Namespace() {}

  static native int unshare(int flags);

  /** What a test does in the namespace; the loopback interface is up. */
  interface Body {
    void run(Netlink netlink) throws Exception;
  }

  /** Makes a veth pair, this end of that name, the other named by the kernel. Returns its index. */
  static int veth(Netlink netlink, String name) throws Exception {
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

  static void run(Body body) throws Exception {
    assumeTrue(Capabilities.netAdmin(), "needs CAP_NET_ADMIN");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .name("namespace")
            .start(() -> {
              try {
                assumeTrue(unshare(CLONE_NEWNET) == 0, "may not make a network namespace");
                try (Netlink netlink = Netlink.open()) {
                  netlink.setLinkUp(netlink.linkIndex("lo"));
                  body.run(netlink);
                }
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.join();
    switch (thrown.get()) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new AssertionError(e);
    }
  }
}
