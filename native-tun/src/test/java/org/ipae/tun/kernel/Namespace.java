// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.concurrent.atomic.AtomicReference;
import org.ipae.tun.Capabilities;
import org.ipae.tun.netlink.Netlink;

/**
 * A private network namespace for one test: a thread of its own enters it, and everything opened in
 * that thread lives in it. It goes with its last socket.
 */
public final class Namespace {
  private static final int CLONE_NEWNET = 0x40000000;

  static {
    Native.register(Namespace.class, NativeLibrary.getProcess());
  }

  private Namespace() {}

  static native int unshare(int flags);

  /** What a test does in the namespace; the loopback interface is up. */
  public interface Body {
    void run(Netlink netlink) throws Exception;
  }

  public static void run(Body body) throws Exception {
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
