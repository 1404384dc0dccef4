// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.FolderOwner;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.config.KeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "init", description = "Create a private key and a first configuration.")
final class Init implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(paramLabel = "NAME", description = "Name of this host, such as gw-a.example.net.")
  private String name = "";

  @Option(names = "--force", description = "Overwrite both files; the old key is lost.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    Path file = ipae.config().toAbsolutePath();
    Path keyFile = file.resolveSibling("host.key");
    String text = FirstConfig.text(ConfigEditor.name(name), keyFile);
    for (Path p : new Path[] {file, keyFile}) {
      if (Files.exists(p) && !force) {
        ipae.err()
            .println(
                "ipae: "
                    + p
                    + " already exists; keep it and use ipae add, or replace file and key with"
                    + " --force");
        return Exit.FAILED;
      }
    }
    Files.createDirectories(file.getParent());
    try (X25519KeyPair pair = Key.fresh(ipae)) {
      Files.deleteIfExists(keyFile);
      KeyFile.write(keyFile, pair);
      Files.deleteIfExists(file);
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
      FolderOwner.take(file);
      next(file, keyFile, PublicKey.of(pair.publicKey()));
    }
    return Exit.OK;
  }

  private void next(Path file, Path keyFile, PublicKey key) {
    String config = ipae.configOption();
    PrintWriter out = ipae.out();
    out.println(keyFile + ": new private key, mode 0600; it never leaves this host");
    out.println(file + ": new configuration");
    out.println("public key: " + key);
    out.println();
    out.println("Next, on the other gateway (PREFIX: a network behind this one):");
    out.println("  ipae add " + name + " PREFIX --key " + key + " --endpoint " + name);
    out.println("and here (PREFIX: a network behind the other one):");
    out.println("  ipae add NAME PREFIX --key K1... --endpoint HOST" + config);
    out.println("then: ipae check" + config + " and ipae run" + config);
  }
}
