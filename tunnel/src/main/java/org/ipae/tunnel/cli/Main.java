package org.ipae.tunnel.cli;

/** Entry point of the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Ipae.commandLine().execute(args));
  }
}
