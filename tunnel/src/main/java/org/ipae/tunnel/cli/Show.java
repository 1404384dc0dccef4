// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ipae.tunnel.association.PeerStatus;
import org.ipae.tunnel.control.NodeStatus;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.toml.ConfigErrors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "show", description = "Show this host and its peers, and why a peer is down.")
final class Show implements Callable<Integer> {
  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private Ipae ipae;

  @Parameters(arity = "0..1", paramLabel = "PEER", description = "Only this peer.")
  private @Nullable String peer;

  @Option(names = "--json", description = "Print JSON for programs, with \"schema\": 1.")
  private boolean json;

  @Override
  public Integer call() throws IOException, ConfigErrors {
    return json ? json() : text();
  }

  private int text() throws IOException, ConfigErrors {
    NodeStatus status = ipae.client().status();
    ShowText text = new ShowText(Colours.ofTerminal());
    if (peer == null) {
      text.print(status, ipae.out());
      return Exit.OK;
    }
    List<PeerStatus> chosen = new ArrayList<>();
    for (PeerStatus p : status.peers()) {
      if (p.name().equals(peer)) {
        chosen.add(p);
      }
    }
    chosen.forEach(p -> text.print(p, status, ipae.out()));
    return chosen.isEmpty() ? unknown() : Exit.OK;
  }

  private int json() throws IOException, ConfigErrors {
    JsonNode status = ipae.client().statusJson();
    if (peer != null && status instanceof ObjectNode whole) {
      ArrayNode chosen = whole.arrayNode();
      whole.path("peers").forEach(p -> add(chosen, p));
      if (chosen.isEmpty()) {
        return unknown();
      }
      whole.set("peers", chosen);
    }
    ipae.out().println(status.toPrettyString());
    ipae.out().flush();
    return Exit.OK;
  }

  private void add(ArrayNode chosen, JsonNode p) {
    if (p.path("name").asText().equals(peer)) {
      chosen.add(p);
    }
  }

  private int unknown() {
    ipae.err().println(Redacted.text("ipae: no peer " + peer + "; list them with: ipae show"));
    return Exit.FAILED;
  }
}
