package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.ipae.tunnel.config.ConfigErrors;
import org.ipae.tunnel.control.NotRunning;

/** Brings an edited configuration to the running daemon, and says what became of it. */
final class Applied {
  private Applied() {}

  static int reload(Ipae ipae) throws IOException, ConfigErrors {
    PrintWriter out = ipae.out();
    try {
      List<String> changes = ipae.client().reload(false);
      changes.forEach(out::println);
      out.println("applied to the running ipae");
    } catch (NotRunning e) {
      out.println("ipae is not running: this counts from its next start");
    } finally {
      out.flush();
    }
    return Exit.OK;
  }
}
