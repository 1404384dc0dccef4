// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.config.ConfigReader;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.NameKeys;
import org.ipae.tunnel.names.NameServers;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Step;
import org.ipae.tunnel.toml.ConfigErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "lookup",
    description =
        "Look the keys of a host up in DNS, step by step, and say what a peer would conclude; 0 only"
            + " if they are secure.")
final class DnsLookup implements Callable<Integer> {
  /** Names that are looked up at one time. */
  private static final int PARALLEL = 16;

  @ParentCommand
  @SuppressWarnings("NullAway.Init")
  private DnsCommand parent;

  @Parameters(paramLabel = "NAME", description = "Host name of the peer.")
  private String name = "";

  @Option(names = "--json", description = "Print JSON for programs, with \"schema\": 1.")
  private boolean json;

  @Override
  public Integer call() throws IOException, ConfigErrors, InterruptedException {
    Queue<Step> steps = new ConcurrentLinkedQueue<>();
    Config config = ConfigReader.read(parent.ipae().config());
    Published found = find(config, name, steps::add);
    PrintWriter out = parent.ipae().out();
    if (json) {
      out.println(json(found, List.copyOf(steps)).toPrettyString());
    } else {
      text(out, found, List.copyOf(steps), config.dns().prefer());
    }
    out.flush();
    return found.usable(config.dns().prefer()) ? Exit.OK : Exit.FAILED;
  }

  /** Asks DNS as the daemon of this configuration would. */
  static Published find(Config config, String name, Consumer<Step> told)
      throws IOException, InterruptedException {
    return Objects.requireNonNull(find(config, List.of(name), told).get(name));
  }

  /** The same for several names at a time. */
  static Map<String, Published> find(Config config, List<String> names, Consumer<Step> told)
      throws IOException, InterruptedException {
    NameServers.askFrom(config.ports());
    Map<String, Published> out = new ConcurrentHashMap<>();
    Semaphore parallel = new Semaphore(PARALLEL);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      NameKeys dns = NameKeys.configured(config.dns(), BootClock::millis, threads);
      for (String name : names) {
        parallel.acquire();
        threads.execute(() -> {
          try {
            out.put(name, dns.of(name, told));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            parallel.release();
          }
        });
      }
      parallel.acquire(PARALLEL); // what asks for a name starts others
    }
    return out;
  }

  private void text(PrintWriter out, Published found, List<Step> steps, boolean prefer) {
    for (Step s : steps) {
      out.println(
          Redacted.text(
              s.question()
                  + " at "
                  + s.server()
                  + (s.tcp() ? " by TCP" : "")
                  + ": "
                  + s.outcome()
                  + ", "
                  + s.millis()
                  + " ms"));
    }
    summary(out, name, found);
    found.ignored().forEach(line -> out.println("  ignored: " + Redacted.text(line)));
    out.println(conclusion(found, prefer));
  }

  /** The verdict, and what a peer would use. */
  static void summary(PrintWriter out, String name, Published found) {
    String reason = found.reason().isEmpty() ? "" : ", " + found.reason();
    out.println(Redacted.text(name + ": " + found.verdict().text() + reason));
    for (Published.Gateway g : found.gateways()) {
      out.println("  key: " + g.key());
      out.println(
          "    port "
              + g.port()
              + ", priority "
              + g.priority()
              + ", weight "
              + g.weight()
              + ", at "
              + (g.addresses().isEmpty()
                  ? "no address: " + Redacted.text(g.lack())
                  : String.join(
                      ", ", g.addresses().stream().map(InetAddress::getHostAddress).toList())));
    }
  }

  private static String conclusion(Published found, boolean prefer) {
    return switch (found.verdict()) {
      case SECURE ->
          found.gateways().isEmpty()
              ? "a peer would not connect: none of the records can be used"
              : "a peer would use them for " + Amount.duration(found.validMillis());
      case INSECURE ->
          found.usable(prefer)
              ? "a peer would pin the key on first use, not authenticated (dnssec = \"prefer\")"
              : prefer
                  ? "a peer would not connect: none of the records can be used"
                  : "a peer would not connect: the zone is not signed (dnssec = \"require\", the"
                      + " default)";
      case BOGUS -> "a peer would not connect: somebody forges, or the zone is broken";
      case ABSENT -> "a peer would not connect: no keys are published";
      case UNREACHABLE -> "a peer would go on with the last good answer, as long as that is valid";
    };
  }

  private ObjectNode json(Published found, List<Step> steps) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("schema", 1)
        .put("name", name)
        .put("verdict", found.verdict().text())
        .put("reason", found.reason().isEmpty() ? null : found.reason())
        .put("valid_ms", found.validMillis());
    ArrayNode gateways = out.putArray("gateways");
    for (Published.Gateway g : found.gateways()) {
      ObjectNode one = gateways.addObject();
      one.put("key", g.key().toString())
          .put("target", g.target())
          .put("port", g.port())
          .put("priority", g.priority())
          .put("weight", g.weight());
      ArrayNode addresses = one.putArray("addresses");
      g.addresses().forEach(a -> addresses.add(a.getHostAddress()));
    }
    ArrayNode ignored = out.putArray("ignored");
    found.ignored().forEach(ignored::add);
    ArrayNode asked = out.putArray("steps");
    for (Step s : steps) {
      asked
          .addObject()
          .put("question", s.question())
          .put("server", s.server())
          .put("tcp", s.tcp())
          .put("ms", s.millis())
          .put("outcome", s.outcome());
    }
    return out;
  }
}
