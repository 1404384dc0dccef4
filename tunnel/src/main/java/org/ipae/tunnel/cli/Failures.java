// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.ipae.tunnel.control.CommandFailed;
import org.ipae.tunnel.control.NotRunning;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.toml.BadText;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reports a failure, one line for each mistake, and chooses the exit code. */
final class Failures {
  private Failures() {}

  static int usage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String message = Redacted.text(usage(e).replaceAll("\\p{Cntrl}+", " ").strip());
    err.println(
        "ipae: " + message + "; see: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return Exit.USAGE;
  }

  private static String usage(ParameterException e) {
    if (e instanceof UnmatchedArgumentException u) {
      return "unknown argument \"" + u.getUnmatched().getFirst() + "\"";
    }
    return String.valueOf(e.getMessage())
        .replaceFirst(" is not a long$", " is not a whole number")
        .replaceFirst(" is not a double$", " is not a number");
  }

  static int execution(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    PrintWriter err = command.getErr();
    try {
      return say(e, err, Ipae.of(parsed));
    } finally {
      err.flush();
    }
  }

  private static int say(Exception e, PrintWriter err, Ipae ipae) throws Exception {
    switch (e) {
      case ConfigErrors c -> err.println(c.getMessage());
      case BadText b -> err.println(Redacted.text("ipae: " + b.getMessage()));
      case NotRunning n -> {
        err.println("ipae: " + n.getMessage() + "; start it with: ipae run" + ipae.configOption());
        return Exit.NOT_RUNNING;
      }
      case CommandFailed c when c.error().equals("config") -> err.println(c.getMessage());
      case IOException io -> err.println(Redacted.text("ipae: " + text(io)));
      default -> err.println(Redacted.text("ipae: " + Reason.of(e)));
    }
    return Exit.FAILED;
  }

  private static String text(IOException e) {
    return switch (e) {
      case NoSuchFileException n -> n.getFile() + ": no such file or directory";
      case AccessDeniedException a -> a.getFile() + ": permission denied; run this as root";
      case FileAlreadyExistsException f ->
          f.getFile() + ": already exists; choose another name, or remove it first";
      default -> Reason.of(e);
    };
  }
}
