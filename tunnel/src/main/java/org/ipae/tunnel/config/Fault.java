package org.ipae.tunnel.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Words for a failure of input or output, without the name of its Java class. */
public final class Fault {
  private Fault() {}

  /** One clause: FILE: REASON where a file is concerned. */
  public static String text(IOException e) {
    return switch (e) {
      case NoSuchFileException f -> f.getFile() + ": no such file or directory";
      case AccessDeniedException f -> f.getFile() + ": permission denied";
      case FileAlreadyExistsException f -> f.getFile() + ": already exists";
      case NotDirectoryException f -> f.getFile() + ": not a directory";
      case DirectoryNotEmptyException f -> f.getFile() + ": directory not empty";
      case FileSystemException f when f.getReason() == null -> f.getFile() + ": cannot be used";
      case CharacterCodingException _ -> "not UTF-8 text";
      default -> e.getMessage() == null ? "input or output error" : e.getMessage();
    };
  }
}
