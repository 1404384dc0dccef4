// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.List;
import org.ipae.tun.OsException;

/** Requests to rtnetlink and their answers. One thread at a time. */
interface NetlinkRequests extends AutoCloseable {
  /**
   * Sends a request and waits for its acknowledgement.
   *
   * @param call names it in an exception, by its toString: ten thousand succeed
   * @return messages that came before it
   * @throws OsException what the kernel says against it
   */
  List<NetlinkMessage> ask(NetlinkMessage request, Object call) throws OsException;

  /** As {@link #ask} for a dump, repeated while the kernel says that it changed underway. */
  List<NetlinkMessage> dump(NetlinkMessage request, Object call) throws OsException;

  /** The number by which the kernel knows the socket, 0 if it does not tell. */
  int port();

  @Override
  void close();
}
