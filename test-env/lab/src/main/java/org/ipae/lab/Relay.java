// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Relays UDP between two gateways with loss, delay, reordering, duplication and corruption, as a
 * NAT does whose two sides are 192.0.2.254:1138 and 198.51.100.254:1138. Runs as a process of its
 * own in the lab's middle host; commands on standard input: {@code rebind} (side b gets another
 * address and port), {@code replay} (sends what it has seen of a to b again from a third address).
 */
public final class Relay {
  private static final int REMEMBERED = 500;
  private static final String[] TYPES = {
    "?", "COOKIE_REQUEST", "COOKIE_RESPONSE", "INIT", "RESP", "INIT_PART", "UNKNOWN_ID"
  };

  private record Late(long at, long order, boolean toB, byte[] bytes) {}

  private final Random random;
  private final double loss;
  private final double duplicate;
  private final double corrupt;
  private final long delayNanos;
  private final long jitterNanos;
  private final Writer log;
  private final DatagramChannel a;
  private DatagramChannel b;
  private final Selector selector = Selector.open();
  private final PriorityQueue<Late> queue =
      new PriorityQueue<>(
          (x, y) -> x.at != y.at ? Long.compare(x.at, y.at) : Long.compare(x.order, y.order));
  private final Deque<byte[]> seen = new ArrayDeque<>();
  private SocketAddress gatewayA = new InetSocketAddress("192.0.2.1", 1138);
  private SocketAddress gatewayB = new InetSocketAddress("198.51.100.1", 1138);
  private long order;
  private volatile String command = "";

  private Relay(String[] o) throws IOException {
    log = Files.newBufferedWriter(Path.of(o[0]));
    random = new Random(number(o, "seed", 1));
    loss = number(o, "loss", 0) / 100.0;
    duplicate = number(o, "duplicate", 0) / 100.0;
    corrupt = number(o, "corrupt", 0) / 100.0;
    delayNanos = number(o, "delay", 0) * 1_000_000;
    jitterNanos = number(o, "jitter", 0) * 1_000_000;
    a = open("192.0.2.254", 1138);
    b = open("198.51.100.254", 1138);
  }

  private static long number(String[] options, String name, long otherwise) {
    for (String o : options) {
      if (o.startsWith(name + "=")) {
        return Long.parseLong(o.substring(name.length() + 1));
      }
    }
    return otherwise;
  }

  private DatagramChannel open(String address, int port) throws IOException {
    DatagramChannel c = DatagramChannel.open();
    c.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
    c.bind(new InetSocketAddress(address, port));
    c.configureBlocking(false);
    c.register(selector, SelectionKey.OP_READ);
    return c;
  }

  /** The process: LOG, then options as name=number (percent, milliseconds). */
  public static void main(String[] args) throws IOException {
    Relay r = new Relay(args);
    Thread.ofPlatform().daemon().start(r::commands);
    System.out.println("ready");
    r.loop();
  }

  private void commands() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        command = line;
        selector.wakeup();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.exit(0);
  }

  private void loop() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(65_536);
    while (true) {
      obey();
      receive(a, true, buffer);
      receive(b, false, buffer);
      long now = System.nanoTime();
      while (!queue.isEmpty() && queue.peek().at <= now) {
        Late l = queue.remove();
        (l.toB ? b : a).send(ByteBuffer.wrap(l.bytes), l.toB ? gatewayB : gatewayA);
      }
      log.flush();
      long wait = queue.isEmpty() ? 1_000 : (queue.peek().at - System.nanoTime()) / 1_000_000;
      if (queue.isEmpty() || wait > 0) {
        selector.select(Math.max(1, wait));
        selector.selectedKeys().clear();
      }
    }
  }

  private void receive(DatagramChannel from, boolean fromA, ByteBuffer buffer) throws IOException {
    while (true) {
      buffer.clear();
      SocketAddress source = from.receive(buffer);
      if (source == null) {
        return;
      }
      if (fromA) {
        gatewayA = source;
      } else {
        gatewayB = source;
      }
      byte[] bytes = new byte[buffer.flip().remaining()];
      buffer.get(bytes);
      note(fromA, bytes);
      if (fromA) {
        seen.addLast(bytes);
        if (seen.size() > REMEMBERED) {
          seen.removeFirst();
        }
      }
      if (random.nextDouble() < loss) {
        continue;
      }
      int copies = random.nextDouble() < duplicate ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        byte[] copy = bytes.clone();
        if (random.nextDouble() < corrupt) {
          copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        long extra = jitterNanos == 0 ? 0 : (long) (random.nextDouble() * jitterNanos);
        queue.add(new Late(System.nanoTime() + delayNanos + extra, order++, fromA, copy));
      }
    }
  }

  private void note(boolean fromA, byte[] b) throws IOException {
    String type = b.length == 0 ? "?" : b[0] < 0 ? "DATA" : b[0] < TYPES.length ? TYPES[b[0]] : "?";
    log.write(
        System.nanoTime() / 1_000 + " " + (fromA ? "a" : "b") + " " + type + " " + b.length + "\n");
  }

  private void obey() throws IOException {
    String c = command;
    command = "";
    switch (c) {
      case "rebind" -> {
        b.close();
        b = open("198.51.100.253", 40_000);
      }
      case "replay" -> {
        try (DatagramChannel attacker = DatagramChannel.open()) {
          attacker.bind(new InetSocketAddress("198.51.100.253", 50_000));
          for (byte[] d : seen) {
            attacker.send(ByteBuffer.wrap(d), gatewayB);
          }
        }
      }
      default -> {}
    }
  }

  /** A relay at work, from the test's side. */
  public static final class Handle {
    private final Process process;
    private final Path log;

    private Handle(Process process, Path log) {
      this.process = process;
      this.log = log;
    }

    /** Sends it a command. */
    public void command(String line) {
      try {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Datagrams seen so far: microseconds, a or b, type, length. */
    public List<String[]> seen() {
      try {
        String text = Files.readString(log);
        return text.substring(0, text.lastIndexOf('\n') + 1)
            .lines()
            .map(l -> l.split(" "))
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts one on a host between. */
  public static Handle on(Host host, Lab lab, String... options) {
    Path log = lab.directory().resolve("relay.log");
    Path out = lab.directory().resolve("relay.out");
    List<String> command =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
    command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Relay.class.getName(), log.toString()));
    command.addAll(List.of(options));
    Process p = host.start(out, command.toArray(String[]::new));
    Lab.await(
        5_000,
        "relay ready",
        () -> {
          try {
            return Files.readString(out).contains("ready");
          } catch (IOException e) {
            return false;
          }
        });
    return new Handle(p, log);
  }
}
