// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;

/** The configuration that {@code init} writes. */
final class FirstConfig {
  private FirstConfig() {}

  static String text(String name, Path keyFile) {
    // A JSON string is also a TOML string.
    return """
    # Configuration of ipae. After a change: ipae check, then ipae reload.
    name        = %s
    private_key = %s
    # listen    = ["0.0.0.0:1138", "[::]:1138"]
    # socket    = "/run/ipae/ipae.sock"
    # state_dir = "/var/lib/ipae"

    [tun]
    name      = "tun0"
    addresses = []        # of this host inside the tunnel, such as "10.255.0.1/32"
    mtu       = "auto"

    # One table for each peer; ipae add and ipae remove edit them.
    # [[peer]]
    # name     = "gw-b.example.net"
    # key      = "k1..."                 # what ipae key show prints on the peer
    # endpoint = "203.0.113.7:1138"      # or a host name; without it the peer must connect
    # routes   = ["10.2.0.0/24"]         # networks behind the peer
    # if_down  = "reject"                # never to them in the clear; must be written for 0.0.0.0/0
    """
        .formatted(TextNode.valueOf(name), TextNode.valueOf(keyFile.toString()));
  }
}
