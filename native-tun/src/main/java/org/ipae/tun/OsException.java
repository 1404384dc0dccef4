// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

import java.io.IOException;

/**
 * A system call that failed: which one, on what, and with which error number. The message reads
 * "TUNSETIFF tun0: EBUSY (Device or resource busy)".
 */
public final class OsException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String call;
  private final int errno;

  /**
   * An error as the kernel gave it.
   *
   * @param call the system call or request and its object, "bind [::1]:4500"
   * @param errno the positive error number
   */
  public OsException(String call, int errno) {
    this(call, errno, "");
  }

  /**
   * An error with a hint on its cause.
   *
   * @param call the system call or request and its object
   * @param errno the positive error number
   * @param hint what the operator should look at; may be empty
   */
  public OsException(String call, int errno, String hint) {
    super(
        call
            + ": "
            + Errno.name(errno)
            + " ("
            + Errno.text(errno)
            + ")"
            + (hint.isEmpty() ? "" : ": " + hint));
    this.call = call;
    this.errno = errno;
  }

  /** The system call or request and its object. */
  public String call() {
    return call;
  }

  /** The error number, positive. */
  public int errno() {
    return errno;
  }

  /** The C name of the error number. */
  public String errnoName() {
    return Errno.name(errno);
  }
}
