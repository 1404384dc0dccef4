// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ipae.tunnel.config.PrivateFile;
import org.ipae.tunnel.toml.BadText;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TextParseException;

/**
 * The file of a key for updates (TSIG, RFC 8945): a key statement as {@code tsig-keygen} writes it,
 * or one line ALGORITHM:NAME:SECRET as {@code nsupdate -y} takes it.
 *
 * @param name of the key
 */
public record TsigFile(Name name, TSIG key) {
  private static final int MOST = 4_096;

  private static final Map<String, Name> ALGORITHMS =
      Map.of(
          "hmac-sha256", TSIG.HMAC_SHA256,
          "hmac-sha384", TSIG.HMAC_SHA384,
          "hmac-sha512", TSIG.HMAC_SHA512);

  private static final Pattern STATEMENT =
      Pattern.compile("key\\s+\"?([^\\s\"{]+)\"?\\s*\\{(.*?)\\}\\s*;", Pattern.DOTALL);
  private static final Pattern LINE = Pattern.compile("([^:\\s]+):([^:\\s]+):([^:\\s]+)");

  /**
   * Reads it.
   *
   * @throws IOException with one line that says what is wrong with it
   */
  public static TsigFile read(Path file) throws IOException {
    String what = "update_key file " + file;
    try {
      byte[] bytes =
          PrivateFile.read(
              file, MOST, what, "make one with: tsig-keygen NAME > FILE, and chmod 600 FILE");
      return parse(new String(bytes, StandardCharsets.US_ASCII), what);
    } catch (BadText e) {
      throw new IOException(e.what() + "; " + e.remedy(), e);
    }
  }

  /**
   * Reads the text.
   *
   * @param what names it in messages
   */
  static TsigFile parse(String text, String what) {
    Matcher statement = STATEMENT.matcher(text);
    Matcher line = LINE.matcher(text.strip());
    String algorithm = null;
    String name = null;
    String secret = null;
    if (statement.find()) {
      name = statement.group(1);
      algorithm = value(statement.group(2), "algorithm");
      secret = value(statement.group(2), "secret");
    } else if (line.matches()) {
      algorithm = line.group(1);
      name = line.group(2);
      secret = line.group(3);
    }
    if (name == null || algorithm == null || secret == null) {
      throw new BadText(
          what + " has no key for updates",
          "it must be as tsig-keygen writes it, or one line hmac-sha256:NAME:SECRET");
    }
    Name known = ALGORITHMS.get(algorithm.toLowerCase(Locale.ROOT));
    if (known == null) {
      throw new BadText(
          what + " has a key for " + algorithm + ", which ipae does not use",
          "make one with: tsig-keygen -a hmac-sha256 NAME");
    }
    try {
      Name owner = Name.fromString(name, Name.root);
      return new TsigFile(owner, new TSIG(known, owner, Base64.getDecoder().decode(secret)));
    } catch (TextParseException | IllegalArgumentException e) {
      throw new BadText(
          what + " has a key whose name or secret cannot be read", "make one with: tsig-keygen");
    }
  }

  private static @Nullable String value(String body, String key) {
    Matcher m = Pattern.compile("(?:^|[\\s;])" + key + "\\s+\"?([^\\s\";]+)\"?\\s*;").matcher(body);
    return m.find() ? m.group(1) : null;
  }

  @Override
  public String toString() {
    return "key " + name;
  }
}
