package org.ipae.tunnel.control;

import java.io.IOException;
import java.nio.file.Path;

/** Another daemon answers on the control socket. */
public final class AlreadyServed extends IOException {
  private static final long serialVersionUID = 1;

  AlreadyServed(Path socket) {
    super(
        "another ipae runs already and answers on "
            + socket
            + "; stop it first, or give this one a socket of its own");
  }
}
