// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.udp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.ipae.tun.OsException;
import org.ipae.tun.kernel.Abi;
import org.ipae.tun.kernel.ClassicBpf;
import org.ipae.tun.kernel.Libc;

/**
 * Several sockets on one port, so that several threads receive what comes to it: the kernel gives
 * all datagrams of one source to one of them. Senders whose ports follow each other get different
 * ones.
 */
public final class PortGroup {
  private static final int SOURCE_PORT_IPV4 = 20; // behind an IP header without options
  private static final int SOURCE_PORT_IPV6 = 40;

  private PortGroup() {}

  /**
   * Binds the sockets, as {@link LinuxUdp#open}. The first one asks for the port alone, so that
   * nobody else has it, and admits the others then; only processes of the same user could join.
   *
   * @param count 1 = a socket like any other
   * @throws OsException as {@link LinuxUdp#open}
   */
  public static List<LinuxUdp> open(long hi, long lo, int port, int count, UdpOptions options)
      throws OsException {
    return grown(LinuxUdp.open(hi, lo, port, options), hi, lo, count, options);
  }

  /**
   * The same on another address while sockets of this process have the port, which {@link #open}
   * would refuse.
   *
   * @param others all that have it
   */
  public static List<LinuxUdp> beside(
      Collection<? extends UdpSocket> others,
      long hi,
      long lo,
      int port,
      int count,
      UdpOptions options)
      throws OsException {
    for (UdpSocket s : others) {
      share(s.descriptor());
    }
    return grown(LinuxUdp.open(hi, lo, port, options, true), hi, lo, count, options);
  }

  /** With the others of its group; closes it if one cannot be had. */
  private static List<LinuxUdp> grown(
      LinuxUdp first, long hi, long lo, int count, UdpOptions options) throws OsException {
    List<LinuxUdp> sockets = new ArrayList<>(List.of(first));
    try {
      if (count > 1) {
        share(first.descriptor());
        while (sockets.size() < count) {
          sockets.add(LinuxUdp.open(hi, lo, first.localPort(), options, true));
        }
        spread(first, count);
      }
    } catch (OsException | RuntimeException | Error e) {
      sockets.forEach(LinuxUdp::close);
      throw e;
    }
    return List.copyOf(sockets);
  }

  private static void share(int descriptor) throws OsException {
    int errno = Libc.option(descriptor, Abi.SOL_SOCKET, Abi.SO_REUSEPORT, 1);
    if (errno != 0) {
      throw new OsException("setsockopt SO_REUSEPORT", errno);
    }
  }

  /**
   * Chooses the socket by (source port - own port) modulo {@code count}. A kernel that does not
   * take this goes on choosing by a hash, which is right as well but may put two senders on one.
   */
  private static void spread(LinuxUdp socket, int count) {
    int port = socket.ipv4() ? SOURCE_PORT_IPV4 : SOURCE_PORT_IPV6;
    new ClassicBpf()
        .then(Abi.BPF_LOAD_U16, Abi.SKF_NET_OFF + port)
        .then(Abi.BPF_ADD, count * 65_536 - socket.localPort())
        .then(Abi.BPF_MODULO, count)
        .then(Abi.BPF_RETURN, 0)
        .attach(socket.descriptor(), Abi.SO_ATTACH_REUSEPORT_CBPF);
  }
}
