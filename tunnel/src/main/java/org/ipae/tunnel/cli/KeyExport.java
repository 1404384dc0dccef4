// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.rotation.host.KeyFiles;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "export",
    description =
        "Write a private key of this host to standard output, for another host that shares it.")
final class KeyExport implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Key key;

  @Option(
      names = "--next",
      required = true,
      description = "The key that is to call next, of a change that is under way.")
  @SuppressWarnings("UnusedVariable") // only this one leaves the host
  private boolean next;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    Path file = KeyFiles.next(ConfigReader.privateKey(key.ipae().config()));
    if (Files.notExists(file)) {
      key.ipae()
          .err()
          .println("ipae: no change of keys is under way; begin one with: ipae key rotate --hold");
      return Exit.FAILED;
    }
    PrintWriter out = key.ipae().out();
    try (X25519KeyPair pair = KeyFile.read(file)) {
      byte[] line = KeyFile.line(pair);
      out.print(StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(line)));
      Arrays.fill(line, (byte) 0);
    }
    out.flush();
    return Exit.OK;
  }
}
