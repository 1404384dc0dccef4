// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The keys of the root zone that all validation ends at. */
public final class TrustAnchors {
  /**
   * Both key signing keys of the root: that of 2017 and that of 2024, as IANA publishes them
   * (root-anchors.xml).
   */
  private static final String SHIPPED =
      """
      . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
      . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
      """;

  /** The largest file that is read, bytes. */
  private static final long LONGEST = 65_536;

  private TrustAnchors() {}

  /** Those of a file, read again whenever it has changed. */
  private static final class Watched implements Supplier<String> {
    private final Path file;
    private FileTime at; // under this
    private String text; // under this
    private String unread = ""; // under this

    Watched(Path file) throws IOException {
      this.file = file;
      at = Files.getLastModifiedTime(file);
      text = read(file);
    }

    /** A file that is damaged, or away for a moment, changes nothing. */
    @Override
    public synchronized String get() {
      try {
        FileTime now = Files.getLastModifiedTime(file);
        if (!now.equals(at)) {
          text = read(file);
          at = now;
          unread = "";
          Log.info("trust_anchors: " + file + " has changed and is read again");
        }
      } catch (IOException e) {
        String why = Reason.of(e);
        if (!why.equals(unread)) {
          unread = why;
          Log.warn("trust_anchors: those of before are kept: " + why);
        }
      }
      return text;
    }
  }

  /**
   * Those of each moment.
   *
   * @throws IOException with one line that says what is wrong with the file
   */
  public static Supplier<String> of(@Nullable Path file) throws IOException {
    return file == null ? () -> SHIPPED : new Watched(file);
  }

  /**
   * Those of a file, in the form of a zone file.
   *
   * @throws IOException with one line that says what is wrong with the file
   */
  private static String read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > LONGEST) {
      throw new IOException(
          "trust_anchors: " + file + " is no file of at most " + LONGEST + " bytes");
    }
    byte[] bytes = Files.readAllBytes(file);
    int found = 0;
    try (Master master = new Master(new ByteArrayInputStream(bytes), Name.root, 0)) {
      for (Record r = master.nextRecord(); r != null; r = master.nextRecord()) {
        found += r.getType() == Type.DS || r.getType() == Type.DNSKEY ? 1 : 0;
      }
    } catch (IOException e) {
      throw new IOException("trust_anchors: " + file + " is no zone file: " + e.getMessage(), e);
    }
    if (found == 0) {
      throw new IOException("trust_anchors: " + file + " has no DS or DNSKEY record");
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
