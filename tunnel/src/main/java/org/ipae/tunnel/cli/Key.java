// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.security.SecureRandom;
import java.util.Arrays;
import org.ipae.crypto.X25519KeyPair;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "key",
    description = "Create and show keys.",
    synopsisSubcommandLabel = "(generate | show)",
    subcommands = {KeyGenerate.class, KeyShow.class})
final class Key {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  Ipae ipae() {
    return ipae;
  }

  static X25519KeyPair fresh(SecureRandom random) {
    return X25519KeyPair.generate((out, offset, length) -> {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      System.arraycopy(bytes, 0, out, offset, length);
      Arrays.fill(bytes, (byte) 0);
    });
  }
}
