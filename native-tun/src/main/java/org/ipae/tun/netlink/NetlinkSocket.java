// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ipae.tun.Errno;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.ClassicBpf;
import org.ipae.tun.kernel.Libc;

/** A NETLINK_ROUTE socket: requests with their answers, or events of groups. One thread. */
final class NetlinkSocket implements NetlinkRequests {
  private static final int BUFFER = 64 << 10;
  private static final int MAX_DUMPS = 10;

  private final int descriptor;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory = arena.allocate(BUFFER, 8);
  private int sequence;
  private boolean closed; // under this

  /** A socket in the calling thread's network namespace, in these RTMGRP_* groups. */
  NetlinkSocket(int groups, boolean blocking) throws OsException {
    int type = Abi.SOCK_RAW | Abi.SOCK_CLOEXEC | (blocking ? 0 : Abi.SOCK_NONBLOCK);
    descriptor = Libc.socket(Abi.AF_NETLINK, type, Abi.NETLINK_ROUTE);
    if (descriptor < 0) {
      int errno = Libc.errno();
      arena.close();
      throw new OsException("socket AF_NETLINK", errno);
    }
    // Better error texts, exact filters: both optional.
    Libc.option(descriptor, Abi.SOL_NETLINK, Abi.NETLINK_EXT_ACK, 1);
    Libc.option(descriptor, Abi.SOL_NETLINK, Abi.NETLINK_GET_STRICT_CHK, 1);
    memory.set(Abi.H16, 0, (short) Abi.AF_NETLINK);
    memory.set(Abi.H32, Abi.NL_GROUPS, groups);
    if (Libc.bind(descriptor, memory.address(), Abi.SIZEOF_SOCKADDR_NL) < 0) {
      int errno = Libc.errno();
      close();
      throw new OsException("bind AF_NETLINK", errno);
    }
  }

  int descriptor() {
    return descriptor;
  }

  /** Bytes of events that may wait. */
  void receiveBuffer(int bytes) {
    Libc.buffer(descriptor, Abi.SO_RCVBUFFORCE, Abi.SO_RCVBUF, bytes);
  }

  /** The number by which the kernel knows this socket, 0 if it does not tell. */
  @Override
  public int port() {
    try (Arena here = Arena.ofConfined()) {
      MemorySegment address = here.allocate(Abi.SIZEOF_SOCKADDR_NL, 8);
      MemorySegment size = here.allocate(4, 4);
      size.set(Abi.H32, 0, Abi.SIZEOF_SOCKADDR_NL);
      boolean told = Libc.getsockname(descriptor, address.address(), size.address()) == 0;
      return told ? address.get(Abi.H32, Abi.NL_PID) : 0;
    }
  }

  /** No events of changes that another socket has asked for. */
  void ignore(int port) {
    new ClassicBpf()
        .then(Abi.BPF_LOAD_U32, Abi.NLMSG_PID)
        .when(Abi.BPF_EQUAL, Integer.reverseBytes(port), 0, 1) // loaded as if big-endian
        .then(Abi.BPF_RETURN_K, 0)
        .then(Abi.BPF_RETURN_K, BUFFER)
        .attach(descriptor, Abi.SO_ATTACH_FILTER);
  }

  @Override
  public List<NetlinkMessage> ask(NetlinkMessage request, Object call) throws OsException {
    List<NetlinkMessage> answers = new ArrayList<>();
    send(request, call);
    while (!collect(answers, call)) {}
    return answers;
  }

  @Override
  public List<NetlinkMessage> dump(NetlinkMessage request, Object call) throws OsException {
    List<NetlinkMessage> answers = List.of();
    for (int i = 0; i < MAX_DUMPS; i++) {
      answers = ask(request, call);
      if (answers.stream().noneMatch(m -> (m.flags() & Abi.NLM_F_DUMP_INTR) != 0)) {
        break;
      }
    }
    return answers.stream().filter(m -> m.type() != Abi.NLMSG_DONE).toList();
  }

  /** The next event datagram, without waiting if the socket does not; empty = nothing there. */
  List<NetlinkMessage> receive() throws OsException {
    while (true) {
      synchronized (this) {
        if (closed) {
          throw new OsException("recv AF_NETLINK", Errno.EBADF);
        }
      }
      long bytes = Libc.recv(descriptor, memory.address(), BUFFER, 0);
      if (bytes >= 0) {
        byte[] copy = new byte[(int) bytes];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, copy, 0, copy.length);
        return NetlinkMessage.parse(copy, copy.length);
      }
      int errno = Libc.errno();
      if (errno == Errno.EAGAIN) {
        return List.of();
      }
      if (errno != Errno.EINTR) {
        throw new OsException("recv AF_NETLINK", errno);
      }
    }
  }

  private void send(NetlinkMessage request, Object call) throws OsException {
    byte[] bytes = request.finish(++sequence);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    // Not connected and no address: to the kernel.
    if (Libc.sendto(descriptor, memory.address(), bytes.length, 0, 0, 0) < 0) {
      throw new OsException(call.toString(), Libc.errno());
    }
  }

  /** Takes one datagram. Returns whether the answer is complete. */
  private boolean collect(List<NetlinkMessage> answers, Object call) throws OsException {
    for (NetlinkMessage message : receive()) {
      if (message.sequence() != sequence) {
        continue; // the rest of an answer that was given up
      }
      if (message.type() == Abi.NLMSG_ERROR || message.type() == Abi.NLMSG_DONE) {
        int errno = message.holds(4) ? -message.body32(0) : 0;
        if (errno > 0) {
          throw new OsException(call.toString(), errno, hint(message));
        }
        answers.add(message);
        return true;
      }
      answers.add(message);
    }
    return false;
  }

  /** The kernel's own explanation, behind the error and the (perhaps cut) request. */
  private static String hint(NetlinkMessage error) {
    if (error.type() != Abi.NLMSG_ERROR || (error.flags() & Abi.NLM_F_ACK_TLVS) == 0) {
      return "";
    }
    boolean capped = (error.flags() & Abi.NLM_F_CAPPED) != 0;
    int request = capped ? Abi.SIZEOF_NLMSGHDR : error.body32(4 + Abi.NLMSG_LEN);
    byte[] text = error.attribute(4 + request, Abi.NLMSGERR_ATTR_MSG);
    return text == null || text.length == 0
        ? ""
        : new String(text, 0, text.length - 1, StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Libc.close(descriptor);
      arena.close();
    }
  }
}
