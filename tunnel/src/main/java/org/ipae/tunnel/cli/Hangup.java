// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, which means "read your configuration again" to daemons; by itself the JVM would end. No
 * public class of the JDK receives signals. Module jdk.unsupported has one and is supported all the
 * same, but javac's warning about it cannot be switched off, so it is found by name.
 */
final class Hangup {
  private Hangup() {}

  /** From now on the signal does this, in a thread of its own. */
  static void does(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handle =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  reload.run();
                  return null;
                }
                return method.invoke(reload, arguments); // those of Object
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handle);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot receive SIGHUP", e);
    }
  }
}
