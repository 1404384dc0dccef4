// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.control.NotRunning;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.toml.ConfigErrors;

/** Has the running daemon apply an edited configuration, and prints what changed. */
final class Applied {
  private Applied() {}

  static int reload(Ipae ipae) throws IOException, ConfigErrors {
    PrintWriter out = ipae.out();
    try {
      List<String> changes = ipae.client().reload(false);
      changes.forEach(out::println);
      out.println("applied to the running ipae");
    } catch (NotRunning e) {
      out.println("ipae is not running: the change takes effect when it starts");
      hold(ipae);
    } finally {
      out.flush();
    }
    return Exit.OK;
  }

  private static void hold(Ipae ipae) throws ConfigErrors {
    try {
      HoldCommand.lay(ipae, ConfigReader.read(ipae.config()));
    } catch (IOException e) {
      ipae.out()
          .println(
              "warning: until then packets to the networks of the peers leave in the clear: "
                  + Reason.of(e));
    }
  }
}
