// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

/** Something that a lab needs, or a test waits for, did not happen. */
public final class LabFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LabFailure(String what) {
    super(what);
  }

  /** With what led to it. */
  public LabFailure(String what, Throwable cause) {
    super(what, cause);
  }
}
