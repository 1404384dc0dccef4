// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.Secret;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.toml.ConfigErrors;

/** A directory with a configuration and its key. */
public final class ConfigFiles {
  public final Path directory;
  public final Path main;
  public final Path keyFile;

  public ConfigFiles(Path directory) throws IOException {
    this.directory = directory;
    main = directory.resolve("ipae.toml");
    keyFile = directory.resolve("host.key");
    writeKey(Base64.getEncoder().encodeToString(privateKey(1)) + "\n");
  }

  public void writeKey(String text) throws IOException {
    Files.writeString(keyFile, text);
    mode(keyFile, "rw-------");
  }

  public static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  /** name and private_key take lines 1 and 2. */
  public ConfigFiles write(String rest) throws IOException {
    Files.writeString(main, "name = \"gw-a\"\nprivate_key = \"host.key\"\n" + rest);
    return this;
  }

  public void fragment(String name, String text) throws IOException {
    Files.createDirectories(directory.resolve("ipae.d"));
    Files.writeString(directory.resolve("ipae.d").resolve(name), text);
  }

  public String text() throws IOException {
    return Files.readString(main, StandardCharsets.UTF_8);
  }

  /** What is wrong, without the directory. */
  public List<String> errors() {
    try {
      ConfigReader.read(main);
      return List.of();
    } catch (ConfigErrors e) {
      return e.errors().stream().map(x -> x.toString().replace(directory + "/", "")).toList();
    }
  }

  private static byte[] privateKey(int seed) {
    byte[] key = new byte[32];
    java.util.Arrays.fill(key, (byte) seed);
    return key;
  }

  /** The public key of this seed; this host has seed 1. */
  public static PublicKey key(int seed) {
    try (X25519KeyPair pair = X25519KeyPair.of(Secret.take(privateKey(seed)))) {
      return PublicKey.of(pair.publicKey());
    }
  }
}
