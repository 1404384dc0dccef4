// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.util.Objects;
import org.ipae.crypto.Entropy;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.host.SystemEntropy;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "key",
    description = "Create, show and change keys.",
    synopsisSubcommandLabel = "(generate | show | rotate | export | import)",
    subcommands = {
      KeyGenerate.class,
      KeyShow.class,
      KeyRotate.class,
      KeyExport.class,
      KeyImport.class
    })
final class Key {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  Ipae ipae() {
    return ipae;
  }

  /** A new pair; waits until the kernel has randomness for it. */
  static X25519KeyPair fresh(Ipae ipae) throws IOException {
    Entropy entropy =
        SystemEntropy.await(
            () -> false,
            line -> {
              ipae.err().println("ipae: " + line);
              ipae.err().flush();
            });
    return X25519KeyPair.generate(Objects.requireNonNull(entropy));
  }
}
