// SPDX-License-Identifier: Apache-2.0
package org.ipae.tun.netlink;

import java.util.List;
import org.ipae.tun.OsException;

/** Requests to rtnetlink and their answers. One thread at a time. */
interface NetlinkRequests extends AutoCloseable {
  /**
   * Sends a request and waits for its acknowledgement.
   *
   * @param call names it in an exception
   * @return messages that came before it
   * @throws OsException what the kernel says against it
   */
  List<NetlinkMessage> ask(NetlinkMessage request, String call) throws OsException;

  /** As {@link #ask} for a dump, repeated while the kernel says that it changed underway. */
  List<NetlinkMessage> dump(NetlinkMessage request, String call) throws OsException;

  @Override
  void close();
}
