// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.wire.DropReason;
import org.junit.jupiter.api.Test;

class StatusWriterTest {
  @Test
  void schemaOneIsAPromise() throws Exception {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new ObjectMapper().createGenerator(text)) {
      StatusWriter.write(FakeDaemon.example(), out);
    }
    JsonNode json = new ObjectMapper().readTree(text.toString());
    var whole = (com.fasterxml.jackson.databind.node.ObjectNode) json;
    assertEquals(DropReason.values().length, whole.remove("drops").size());
    String expected =
        """
        {"schema":1,"name":"gw-a.example.net","public_key":"%1$s","key_change":{"step":"publishing","text":"waiting until every name server has both keys",
        "from":"%1$s","to":"%4$s","held":false,"left_ms":null,
        "trouble":"name server ns2.example.net: without key","trouble_ms":65000},
        "key_change_due_ms":3600000,"pid":4711,"uptime_ms":7380000,
        "heap_bytes":117440512,
        "tun":{"name":"tun0","mtu":1420,"addresses":["10.255.0.1/32"]},"lanes":4,
        "listen":["0.0.0.0:1138","[::]:1138"],"suites":["x25519-mlkem768-aes256gcm"],
        "offload":{"tun_tcp":true,"tun_udp":false,"udp_gso":true,"udp_gro":true,"crypto":true},
        "encryption":{"by":"library","name":"AWS-LC 1.17.0","file":"/opt/ipae/libcrypto.so",
        "sha256":"3bfc34aa","reason":null},
        "peers":[{"name":"gw-b.example.net","public_key":"%2$s","public_keys":["%2$s"],
        "dns":{"verdict":"secure","reason":null,"valid_ms":2820000,"next_ms":2100000},
        "up":true,"state":"up","reason":"up","attempt":"none","send_error":null,
        "unreadable_requests":0,
        "endpoint":"203.0.113.7:1138",
        "local_address":"192.0.2.1:1138","observed_address":"192.0.2.1:1138",
        "suite":"x25519-mlkem768-aes256gcm","lanes":4,"lanes_apart":3,
        "handshake_age_ms":125000,"received_age_ms":3200,
        "rtt_us":12345,"sent_datagrams":12000,"lost_datagrams":12,"sessions":4,
        "path_mtu":1500,"path_mtu_state":"found",
        "cookies":2,"cookie_for_ms":14280000,"early_data_packets":1,
        "sent_packets":10000,"sent_bytes":3565158,
        "received_packets":9000,"received_bytes":1258291,
        "routes":["10.2.0.0/24","fd00:2::/64"],"routes_elsewhere":{}},
        {"name":"gw-c","public_key":"%3$s","public_keys":["%3$s"],
        "dns":null,
        "up":false,"state":"no_answer",
        "reason":"no answer, or the key in the configuration is not the peer's","attempt":"init",
        "send_error":"EPERM","unreadable_requests":3,
        "endpoint":"198.51.100.9:1138","local_address":null,"observed_address":null,"suite":null,
        "lanes":0,"lanes_apart":0,
        "handshake_age_ms":null,"received_age_ms":null,"rtt_us":null,
        "sent_datagrams":0,"lost_datagrams":0,"sessions":0,
        "path_mtu":1500,"path_mtu_state":"fixed",
        "cookies":0,"cookie_for_ms":0,"early_data_packets":0,
        "sent_packets":0,"sent_bytes":0,"received_packets":0,"received_bytes":0,
        "routes":["10.3.0.0/24"],"routes_elsewhere":{"10.3.0.0/24":["gw-d"]}}],
        "udp_receive_drops":5,
        "send_errors":{"EINVAL":3,"ENETUNREACH":4},
        "routes_not_set":{"10.3.0.0/24":"a route of protocol 4 is in the place"}}
        """
            .formatted(
                ConfigFiles.key(1), ConfigFiles.key(2), ConfigFiles.key(3), ConfigFiles.key(5));
    assertEquals(new ObjectMapper().readTree(expected).toPrettyString(), json.toPrettyString());
  }
}
