// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

/** A text that is not what it should be. The message is "what is wrong; what to do". */
public final class BadText extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String what;
  private final String remedy;

  public BadText(String what, String remedy) {
    super(what + "; " + remedy);
    this.what = what;
    this.remedy = remedy;
  }

  public String what() {
    return what;
  }

  public String remedy() {
    return remedy;
  }
}
