// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.log;

import java.util.regex.Pattern;

/**
 * Text for people, without what may be a private key: 32 bytes in base64. Someone who pastes a key
 * in a wrong place must not find it again in a terminal's history or in the log.
 */
public final class Redacted {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9+/]{43}=");

  private Redacted() {}

  public static String text(String text) {
    return KEY.matcher(text).replaceAll("(a key, not shown)");
  }
}
