// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.config.KeyFile;
import org.ipae.tunnel.host.PrivateJson;
import org.ipae.tunnel.rotation.Rotation;
import org.ipae.tunnel.toml.ConfigErrors;

/**
 * The private keys of this host: the file that the configuration names has the one that calls;
 * beside it, while a change is under way, {@code .next} has the one that will, and {@code
 * .retiring} the one that has. What a file is, is told by what is in it: a crash between two steps
 * loses nothing. One thread.
 */
public final class KeyFiles {
  private final Path calling;
  private final Path next;
  private final Path old;

  /**
   * @param privateKey the file that the configuration names
   */
  public KeyFiles(Path privateKey) {
    calling = privateKey;
    next = next(privateKey);
    old = privateKey.resolveSibling(privateKey.getFileName() + ".retiring");
  }

  /** Where the key is that will call. */
  public static Path next(Path privateKey) {
    return privateKey.resolveSibling(privateKey.getFileName() + ".next");
  }

  /** Keeps a new key beside the one that calls. */
  public void keepNext(X25519KeyPair pair) throws IOException {
    Files.deleteIfExists(next);
    KeyFile.write(next, pair);
  }

  /** The key that is to call next. */
  public PublicKey nextKey() throws IOException {
    try (X25519KeyPair pair = read(next)) {
      return PublicKey.of(pair.publicKey());
    }
  }

  /**
   * Brings the files to a step of a change, and reads them.
   *
   * @throws IOException with one line: a key is not there, or a file cannot be written
   */
  public HostKeys.Wanted arrange(Rotation r) throws IOException {
    if (r.step().swapped()) {
      swap(r);
    }
    X25519KeyPair first = read(calling);
    List<X25519KeyPair> before = new ArrayList<>();
    List<X25519KeyPair> later = new ArrayList<>();
    try {
      PublicKey own = PublicKey.of(first.publicKey());
      if (!own.equals(r.from()) && !own.equals(r.to())) {
        throw new IOException(
            calling + " has another key than the change under way; put " + r.from() + " back");
      }
      if (own.equals(r.from())) {
        later.add(reads(next, r.to()));
      } else if (Files.exists(old)) {
        before.add(reads(old, r.from()));
      }
      return new HostKeys.Wanted(first, before, later);
    } catch (IOException e) {
      first.close();
      throw e;
    }
  }

  /** The new key takes the place of the old one, of which a copy stays. */
  private void swap(Rotation r) throws IOException {
    try (X25519KeyPair there = read(calling)) {
      if (PublicKey.of(there.publicKey()).equals(r.to())) {
        return;
      }
      reads(next, r.to()).close();
      Files.deleteIfExists(old);
      KeyFile.write(old, there);
    }
    Files.move(next, calling, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    PrivateJson.sync(calling);
  }

  private static X25519KeyPair reads(Path file, PublicKey expected) throws IOException {
    X25519KeyPair pair = read(file);
    if (!PublicKey.of(pair.publicKey()).equals(expected)) {
      pair.close();
      throw new IOException(file + " has another key than the change under way, " + expected);
    }
    return pair;
  }

  private static X25519KeyPair read(Path file) throws IOException {
    try {
      return KeyFile.read(file);
    } catch (ConfigErrors e) {
      throw new IOException(String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }

  /** Removes what a change has left beside the key that calls. */
  public void clear() throws IOException {
    Files.deleteIfExists(next);
    Files.deleteIfExists(old);
  }
}
