package org.ipae.tunnel.log;

/** Where the node tells its operator of changes. */
public final class Log {
  public static final System.Logger LOG = System.getLogger("org.ipae");

  private Log() {}
}
