// SPDX-License-Identifier: Apache-2.0
/** Everything that crosses to the kernel by JNA. Knows no other module of the project. */
module org.ipae.tun {
  requires static transitive org.jspecify;
  requires com.sun.jna;

  exports org.ipae.tun;
  exports org.ipae.tun.batch;
  exports org.ipae.tun.device;
  exports org.ipae.tun.netlink;
  exports org.ipae.tun.udp;

  opens org.ipae.tun.kernel to
      com.sun.jna;
}
