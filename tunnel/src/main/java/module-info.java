// SPDX-License-Identifier: Apache-2.0
/** The tunnel: wire format, protocol, packet threads, configuration and command line. */
module org.ipae.tunnel {
  requires static transitive org.jspecify;
  requires transitive org.ipae.crypto;
  requires transitive org.ipae.tun;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.toml;
  requires info.picocli;
  requires jdk.unsupported; // SIGHUP
  requires org.dnsjava;

  exports org.ipae.tunnel.wire;
  exports org.ipae.tunnel.routing;
  exports org.ipae.tunnel.session;
  exports org.ipae.tunnel.handshake;
  exports org.ipae.tunnel.peer;
  exports org.ipae.tunnel.engine;
  exports org.ipae.tunnel.link;
  exports org.ipae.tunnel.association;
  exports org.ipae.tunnel.association.contact;
  exports org.ipae.tunnel.association.host;
  exports org.ipae.tunnel.association.size;

  opens org.ipae.tunnel.cli to
      info.picocli;
}
