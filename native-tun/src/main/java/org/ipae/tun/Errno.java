// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun;

/**
 * Error numbers of Linux (the same on x86-64 and aarch64) with their C names and texts. Immutable,
 * any thread.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int EPROTO = 71;
  public static final int EBADFD = 77;
  public static final int ENOTSOCK = 88;
  public static final int EMSGSIZE = 90;
  public static final int ENOPROTOOPT = 92;
  public static final int EOPNOTSUPP = 95;
  public static final int EAFNOSUPPORT = 97;
  public static final int EADDRINUSE = 98;
  public static final int EADDRNOTAVAIL = 99;
  public static final int ENETDOWN = 100;
  public static final int ENETUNREACH = 101;
  public static final int ECONNRESET = 104;
  public static final int ENOBUFS = 105;
  public static final int ECONNREFUSED = 111;
  public static final int EHOSTDOWN = 112;
  public static final int EHOSTUNREACH = 113;

  /** One more than the largest number with a name. */
  public static final int LIMIT = 134;

  private Errno() {}

  /** Whether it passes by itself: the kernel is out of buffers for a moment. */
  public static boolean passes(int errno) {
    return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM || errno == EINTR;
  }

  /**
   * Whether the network can have caused an error of a UDP socket by answering an earlier datagram
   * with ICMP.
   */
  public static boolean fromNetwork(int errno) {
    return switch (errno) {
      case ECONNREFUSED,
          EHOSTUNREACH,
          ENETUNREACH,
          EHOSTDOWN,
          ENETDOWN,
          ECONNRESET,
          EMSGSIZE,
          EPROTO,
          ENOPROTOOPT,
          EOPNOTSUPP,
          EACCES,
          64 /* ENONET */ ->
          true;
      default -> false;
    };
  }

  /** The C name, "EBUSY", or "errno 4711" for a number that has none here. */
  public static String name(int errno) {
    String both = entry(errno);
    int space = both.indexOf(' ');
    return space < 0 ? "errno " + errno : both.substring(0, space);
  }

  /** What strerror says in the C locale, "Device or resource busy". */
  public static String text(int errno) {
    String both = entry(errno);
    int space = both.indexOf(' ');
    return space < 0 ? "unknown error" : both.substring(space + 1);
  }

  private static String entry(int errno) {
    return switch (errno) {
      case EPERM -> "EPERM Operation not permitted";
      case ENOENT -> "ENOENT No such file or directory";
      case ESRCH -> "ESRCH No such process";
      case EINTR -> "EINTR Interrupted system call";
      case EIO -> "EIO Input/output error";
      case ENXIO -> "ENXIO No such device or address";
      case 7 -> "E2BIG Argument list too long";
      case EBADF -> "EBADF Bad file descriptor";
      case EAGAIN -> "EAGAIN Resource temporarily unavailable";
      case ENOMEM -> "ENOMEM Cannot allocate memory";
      case EACCES -> "EACCES Permission denied";
      case EFAULT -> "EFAULT Bad address";
      case EBUSY -> "EBUSY Device or resource busy";
      case EEXIST -> "EEXIST File exists";
      case ENODEV -> "ENODEV No such device";
      case 20 -> "ENOTDIR Not a directory";
      case EINVAL -> "EINVAL Invalid argument";
      case 23 -> "ENFILE Too many open files in system";
      case 24 -> "EMFILE Too many open files";
      case 25 -> "ENOTTY Inappropriate ioctl for device";
      case 28 -> "ENOSPC No space left on device";
      case 32 -> "EPIPE Broken pipe";
      case 34 -> "ERANGE Numerical result out of range";
      case 36 -> "ENAMETOOLONG File name too long";
      case 38 -> "ENOSYS Function not implemented";
      case 64 -> "ENONET Machine is not on the network";
      case EPROTO -> "EPROTO Protocol error";
      case 74 -> "EBADMSG Bad message";
      case 75 -> "EOVERFLOW Value too large for defined data type";
      case EBADFD -> "EBADFD File descriptor in bad state";
      case ENOTSOCK -> "ENOTSOCK Socket operation on non-socket";
      case 89 -> "EDESTADDRREQ Destination address required";
      case EMSGSIZE -> "EMSGSIZE Message too long";
      case 91 -> "EPROTOTYPE Protocol wrong type for socket";
      case ENOPROTOOPT -> "ENOPROTOOPT Protocol not available";
      case 93 -> "EPROTONOSUPPORT Protocol not supported";
      case EOPNOTSUPP -> "EOPNOTSUPP Operation not supported";
      case EAFNOSUPPORT -> "EAFNOSUPPORT Address family not supported by protocol";
      case EADDRINUSE -> "EADDRINUSE Address already in use";
      case EADDRNOTAVAIL -> "EADDRNOTAVAIL Cannot assign requested address";
      case ENETDOWN -> "ENETDOWN Network is down";
      case ENETUNREACH -> "ENETUNREACH Network is unreachable";
      case 102 -> "ENETRESET Network dropped connection on reset";
      case 103 -> "ECONNABORTED Software caused connection abort";
      case ECONNRESET -> "ECONNRESET Connection reset by peer";
      case ENOBUFS -> "ENOBUFS No buffer space available";
      case 106 -> "EISCONN Transport endpoint is already connected";
      case 107 -> "ENOTCONN Transport endpoint is not connected";
      case 110 -> "ETIMEDOUT Connection timed out";
      case ECONNREFUSED -> "ECONNREFUSED Connection refused";
      case EHOSTDOWN -> "EHOSTDOWN Host is down";
      case EHOSTUNREACH -> "EHOSTUNREACH No route to host";
      default -> "";
    };
  }
}
