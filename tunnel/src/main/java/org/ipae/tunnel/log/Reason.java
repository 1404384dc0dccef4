// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.log;

import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What an exception means, in words for people. */
public final class Reason {
  private Reason() {}

  /** The cause without the file it is about, which the message around it names. */
  public static String of(Throwable t) {
    return switch (t) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException _ -> "already exists";
      case NotDirectoryException _ -> "not a directory";
      case DirectoryNotEmptyException _ -> "directory not empty";
      case CharacterCodingException _ -> "not UTF-8 text";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      case ClosedChannelException _ -> "closed";
      case UnknownHostException e -> "no address for " + e.getMessage();
      case UncheckedIOException e when e.getCause() != null ->
          e.getMessage() + ": " + of(e.getCause());
      case OutOfMemoryError e -> outOf(String.valueOf(e.getMessage()));
      case StackOverflowError _ -> "nested too deep";
      case RuntimeException e -> defect(e);
      case Error e -> defect(e);
      default -> t.getMessage() == null ? "cause unknown" + place(t) : t.getMessage();
    };
  }

  private static String outOf(String what) {
    return what.contains("native thread")
        ? "the host gives this process no more threads; raise its limit (ulimit -u, ulimit -v,"
            + " pids.max, TasksMax=)"
        : "out of memory";
  }

  private static String defect(Throwable t) {
    String message = t.getMessage() == null ? "" : " (" + t.getMessage() + ")";
    return "defect in ipae" + place(t) + message + "; please report it";
  }

  private static String place(Throwable t) {
    StackTraceElement[] trace = t.getStackTrace();
    return trace.length == 0 || trace[0].getFileName() == null
        ? ""
        : " at " + trace[0].getFileName() + ":" + trace[0].getLineNumber();
  }
}
