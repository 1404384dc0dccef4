/** The tunnel: wire format, protocol, packet threads, configuration and command line. */
module org.ipae.tunnel {
  requires static transitive org.jspecify;
  requires transitive org.ipae.crypto;
  requires org.ipae.tun;

  exports org.ipae.tunnel.wire;
  exports org.ipae.tunnel.routing;
  exports org.ipae.tunnel.session;
  exports org.ipae.tunnel.handshake;
  exports org.ipae.tunnel.peer;
  exports org.ipae.tunnel.engine;
}
