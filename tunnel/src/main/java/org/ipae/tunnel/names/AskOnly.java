// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.TSIG;

/** A resolver of which nothing can be set: whoever asks it gets what its makers have chosen. */
abstract class AskOnly implements Resolver {
  @Override
  public final void setPort(int port) {}

  @Override
  public final void setTCP(boolean flag) {}

  @Override
  public final void setIgnoreTruncation(boolean flag) {}

  @Override
  public final void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

  @Override
  public final void setTSIGKey(TSIG key) {}

  @Override
  public final void setTimeout(Duration timeout) {}
}
