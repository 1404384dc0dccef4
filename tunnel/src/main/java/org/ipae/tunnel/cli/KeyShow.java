// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "show", description = "Print the public key that belongs to a private key.")
final class KeyShow implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Key key;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The private key file; - for standard input. Default: the key of this host.")
  private @Nullable String file;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    try (X25519KeyPair pair = pair()) {
      key.ipae().out().println(PublicKey.of(pair.publicKey()));
      return Exit.OK;
    }
  }

  private X25519KeyPair pair() throws IOException, ConfigErrors {
    if (file == null) {
      return KeyFile.read(ConfigReader.privateKey(key.ipae().config()));
    }
    return file.equals("-")
        ? KeyFile.parse(System.in.readNBytes(KeyFile.MOST), "standard input")
        : KeyFile.read(Path.of(file));
  }
}
