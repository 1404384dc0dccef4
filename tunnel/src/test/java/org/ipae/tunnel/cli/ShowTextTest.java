// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.control.FakeDaemon;
import org.junit.jupiter.api.Test;

class ShowTextTest {
  private static String shown(boolean colours) {
    StringWriter out = new StringWriter();
    new ShowText(new Colours(colours)).print(FakeDaemon.example(), new PrintWriter(out));
    return out.toString();
  }

  @Test
  void aStatusIsReadableWithNamesFirst() {
    assertEquals(
        """
        host gw-a.example.net
          public key: %s
          next key: %s
          key change: waiting until every name server has both keys; for 1 minute, 5 seconds: name server ns2.example.net: without key
          interface: tun0, MTU 1420, 10.255.0.1/32
          listening: 0.0.0.0:1138, [::]:1138
          lanes: 4
          offload: all but tun_udp
          encryption: AWS-LC 1.17.0, /opt/ipae/libcrypto.so
          running: 2 hours, 3 minutes (process 4711)

        peer gw-b.example.net: up
          public key: %s
          DNS: secure; keys good for 47 minutes; looked up again in 35 minutes
          endpoint: 203.0.113.7:1138
          suite: x25519-mlkem768-aes256gcm
          lanes: 4, 3 of them on their own UDP ports
          path MTU: 1500
          round trip: 12.3 ms
          loss: 0.10 %% (12 of 12000 datagrams)
          last handshake: 2 minutes ago
          last received: 3 seconds ago
          cookies: 2, usable for 3 hours, 58 minutes
          transfer: 1.20 MiB received, 3.40 MiB sent
          routes: 10.2.0.0/24, fd00:2::/64

        peer gw-c: down, no answer, or the key in the configuration is not the peer's
          send_refused: EPERM
          hint: 3 requests from this peer's address were made for another key; check the key configured there
          public key: %s
          endpoint: 198.51.100.9:1138
          routes: 10.3.0.0/24 (by gw-d now)
          route not set: 10.3.0.0/24: a route of protocol 4 is in the place

        dropped
          malformed: 12 (not a message of this protocol version)
          send_refused: 7 (datagram that the kernel refused to send: 3 EINVAL, 4 ENETUNREACH)
          udp_receive_drops: 5 (datagram that the kernel had no room for)
        """
            .formatted(
                ConfigFiles.key(1), ConfigFiles.key(5), ConfigFiles.key(2), ConfigFiles.key(3)),
        shown(false));
  }

  @Test
  void coloursOnlyAdd() {
    assertTrue(shown(true).contains("\u001b[31mdown\u001b[0m"));
    assertEquals(shown(false), shown(true).replaceAll("\u001b\\[[0-9]+m", ""));
  }
}
