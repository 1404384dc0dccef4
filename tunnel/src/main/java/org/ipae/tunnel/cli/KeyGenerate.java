// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.config.KeyFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "generate",
    description = "Write a new private key to standard output, or to a file of mode 0600.")
final class KeyGenerate implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Key key;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Create this file and print the public key instead.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = key.ipae().out();
    try (X25519KeyPair pair = Key.fresh(key.ipae())) {
      if (file != null) {
        KeyFile.write(file, pair);
        out.println(PublicKey.of(pair.publicKey()));
      } else {
        byte[] line = KeyFile.line(pair);
        out.print(StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(line)));
        Arrays.fill(line, (byte) 0);
      }
    }
    out.flush();
    return Exit.OK;
  }
}
