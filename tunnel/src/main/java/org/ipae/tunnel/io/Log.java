package org.ipae.tunnel.io;

/** Where the node tells its operator of changes. */
final class Log {
  static final System.Logger LOG = System.getLogger("org.ipae");

  private Log() {}
}
