// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.control.ControlClient;
import org.ipae.tunnel.control.KeyCommand;
import org.ipae.tunnel.rotation.host.KeyFiles;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "import",
    description =
        "Take a private key over from another host that shares this one's: the running ipae answers"
            + " for it, and calls with it once DNS has it. The other host publishes it.")
final class KeyImport implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Key key;

  @Option(names = "--next", required = true, description = "The key that is to call next.")
  @SuppressWarnings("UnusedVariable") // only this one leaves the host
  private boolean next;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "What ipae key export wrote. Default: standard input.")
  private String file = "-";

  @Override
  public Integer call() throws IOException, ConfigErrors {
    ControlClient client = key.ipae().client();
    if (client.status().keyChange() != null) {
      key.ipae().err().println("ipae: a change of keys is under way; see: ipae show");
      return Exit.FAILED;
    }
    Path own = ConfigReader.privateKey(key.ipae().config());
    try (X25519KeyPair pair =
        file.equals("-")
            ? KeyFile.parse(System.in.readNBytes(KeyFile.MOST), "standard input")
            : KeyFile.read(Path.of(file))) {
      new KeyFiles(own).keepNext(pair);
      client.changeKey(KeyCommand.FOLLOW);
      key.ipae().out().println("next key: " + PublicKey.of(pair.publicKey()));
    }
    return Exit.OK;
  }
}
