package org.ipae.tunnel.cli;

/** Where the process begins and ends. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Ipae.commandLine().execute(args));
  }
}
