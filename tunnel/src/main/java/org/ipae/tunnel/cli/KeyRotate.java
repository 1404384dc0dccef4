// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.control.KeyChange;
import org.ipae.tunnel.control.KeyCommand;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "rotate",
    description =
        "Change the key of this host: make a new one, publish it, use it, withdraw the old one. The"
            + " running ipae does it, which takes about three times the time to live of its records;"
            + " ipae show tells how far it is.")
final class KeyRotate implements Callable<Integer> {
  /** Between two looks at the daemon, milliseconds. */
  private static final long PAUSE = 250;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Key key;

  @Option(
      names = "--hold",
      description =
          "Only make the new key and answer for it, so that another host of the same key can have it"
              + " too: see ipae key export.")
  private boolean hold;

  @Option(names = "--continue", description = "Go on with a change that is held.")
  private boolean proceed;

  @Option(names = "--cancel", description = "Give a change up whose new key is not published yet.")
  private boolean cancel;

  @Option(names = "--wait", description = "Wait until the change is done, and print each step.")
  private boolean wait;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    if ((hold ? 1 : 0) + (proceed ? 1 : 0) + (cancel ? 1 : 0) > 1 || (wait && (hold || cancel))) {
      key.ipae().err().println("ipae: choose one of --hold, --continue and --cancel");
      return Exit.USAGE;
    }
    ControlClient client = key.ipae().client();
    client.changeKey(command());
    PrintWriter out = key.ipae().out();
    String said = "";
    while (true) {
      NodeStatus status = client.status();
      KeyChange c = status.keyChange();
      said = tell(out, said, c, status);
      if (c == null || !wait) {
        return Exit.OK;
      }
      Thread.sleep(PAUSE);
    }
  }

  private KeyCommand command() {
    if (cancel) {
      return KeyCommand.CANCEL;
    }
    return proceed ? KeyCommand.PROCEED : hold ? KeyCommand.BEGIN_HELD : KeyCommand.BEGIN;
  }

  /** Prints a step once. */
  private static String tell(
      PrintWriter out, String said, @Nullable KeyChange c, NodeStatus status) {
    String now = c == null ? "done, the key is " + status.key() : c.step().text();
    if (c != null && said.isEmpty()) {
      out.println("next key: " + c.to());
    }
    if (!now.equals(said)) {
      out.println(Redacted.text(c != null && c.held() ? ShowText.keyChange(c) : now));
      out.flush();
    }
    return now;
  }
}
