/** Everything that crosses to the kernel by JNA. Knows no other module of the project. */
module org.ipae.tun {
  requires static transitive org.jspecify;
  requires com.sun.jna;

  exports org.ipae.tun;
  exports org.ipae.tun.memory;

  opens org.ipae.tun to
      com.sun.jna;
}
