// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  @Test
  void everyLineIsWhereItBelongs() {
    Configuration c = new Configuration("gw-a", Path.of("/x"));
    c.top("lanes = 2");
    c.tun("mtu = 1300");
    c.offload("crypto = false");
    c.peer("gw-b", "k1b", "192.0.2.2:1138", "padding = \"full\"", List.of("10.2.0.0/24", "::/0"));
    c.peer("gw-c", "k1c", "", "", List.of("10.3.0.0/24"));
    assertEquals(
        """
        name = "gw-a"
        private_key = "/x/host.key"
        socket = "/x/ipae.sock"
        state_dir = "/x/state"
        lanes = 2

        [tun]
        mtu = 1300

        [offload]
        crypto = false

        [[peer]]
        name = "gw-b"
        key = "k1b"
        endpoint = "192.0.2.2:1138"
        routes = ["10.2.0.0/24", "::/0"]
        padding = "full"

        [[peer]]
        name = "gw-c"
        key = "k1c"
        routes = ["10.3.0.0/24"]

        """,
        c.text());
  }
}
