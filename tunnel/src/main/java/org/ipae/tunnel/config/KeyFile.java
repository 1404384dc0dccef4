// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.ipae.crypto.Secret;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tun.FolderOwner;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.toml.ConfigErrors;

/** The file of a private key: one line, 32 bytes in base64, mode 0600. */
public final class KeyFile {
  /** Bytes of a file that can be one. */
  public static final int MOST = 256;

  /** The length of 32 bytes in base64. */
  private static final int CHARACTERS = 44;

  private KeyFile() {}

  /**
   * Reads the key pair.
   *
   * @throws ConfigErrors if the file is missing, unreadable, accessible to others or not a key
   */
  public static X25519KeyPair read(Path file) throws ConfigErrors {
    try {
      return load(file);
    } catch (BadText e) {
      throw new ConfigErrors(ConfigError.of(file, e.what(), e.remedy()));
    }
  }

  /** As {@link #read}, for a caller that knows which setting names the file. */
  static X25519KeyPair load(Path file) {
    String what = "private key file " + file;
    return parse(
        PrivateFile.read(file, MOST, what, "create it with: ipae key generate --out " + file),
        what);
  }

  /**
   * The key pair of one line of base64, which is overwritten.
   *
   * @param origin names the text in the message
   * @throws BadText if it is not a key
   */
  public static X25519KeyPair parse(byte[] content, String origin) {
    int end = content.length;
    while (end > 0 && (content[end - 1] == '\n' || content[end - 1] == '\r')) {
      end--;
    }
    byte[] line = Arrays.copyOf(content, end);
    Arrays.fill(content, (byte) 0);
    try {
      byte[] key = Base64.getDecoder().decode(line);
      if (key.length == X25519KeyPair.SIZE && end == CHARACTERS) {
        return X25519KeyPair.of(Secret.take(key));
      }
      Arrays.fill(key, (byte) 0);
    } catch (IllegalArgumentException e) {
      // Reported below, without any of the text.
    } finally {
      Arrays.fill(line, (byte) 0);
    }
    throw new BadText(
        origin + " does not contain a private key",
        "it must be one line of 44 characters of base64, as ipae key generate writes it");
  }

  /** The line that {@link #parse} reads; the caller erases it. */
  public static byte[] line(X25519KeyPair pair) {
    byte[] text = Base64.getEncoder().encode(pair.privateKey().bytes());
    byte[] line = Arrays.copyOf(text, text.length + 1);
    Arrays.fill(text, (byte) 0);
    line[line.length - 1] = '\n';
    return line;
  }

  /**
   * Writes a new file of mode 0600.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  public static void write(Path file, X25519KeyPair pair) throws IOException {
    byte[] line = line(pair);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel out =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      ByteBuffer b = ByteBuffer.wrap(line);
      while (b.hasRemaining()) {
        out.write(b);
      }
      out.force(true);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
    FolderOwner.take(file);
  }
}
