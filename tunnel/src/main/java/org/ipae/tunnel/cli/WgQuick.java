// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.ipae.tunnel.config.ConfigEditor;
import org.ipae.tunnel.toml.BadText;

/**
 * A configuration of wg-quick(8) as one of ipae, as far as there is something to match: the
 * networks and where the peers are. Keys are new, and every line that is left out is named with its
 * reason.
 */
final class WgQuick {
  private final List<String> top = new ArrayList<>();
  private final List<String> tun = new ArrayList<>();
  private final List<Peer> peers = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final String file;

  /** One section [Peer]. */
  private static final class Peer {
    String comment = "";
    String endpoint = "";
    final List<String> lines = new ArrayList<>();
    final List<String> routes = new ArrayList<>();
  }

  private WgQuick(String file) {
    this.file = file;
  }

  /**
   * Reads one.
   *
   * @param file its name, for messages
   */
  static WgQuick read(String file, List<String> lines) {
    WgQuick out = new WgQuick(file);
    String section = "";
    String comment = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      String plain = line.replaceFirst("\\s*#.*", "");
      if (line.startsWith("#")) {
        comment = line.replaceFirst("^#+\\s*", "");
      } else if (plain.startsWith("[")) {
        section = plain.toLowerCase(Locale.ROOT);
        if (section.equals("[peer]")) {
          Peer p = new Peer();
          p.comment = comment;
          out.peers.add(p);
        }
        comment = "";
      } else if (!plain.isEmpty()) {
        int at = plain.indexOf('=');
        String key = (at < 0 ? plain : plain.substring(0, at)).strip();
        String value = at < 0 ? "" : plain.substring(at + 1).strip();
        String why = out.setting(section, key.toLowerCase(Locale.ROOT), value);
        if (!why.isEmpty()) {
          out.left.add(file + ":" + (i + 1) + ": " + key + " " + why);
        }
      }
    }
    return out;
  }

  /** Why a setting is left out; empty if it is not. */
  private String setting(String section, String key, String value) {
    if (value.isEmpty()) {
      return "is no setting with a value";
    }
    return switch (section) {
      case "[interface]" -> host(key, value);
      case "[peer]" -> peer(key, value);
      default -> "is in no section that wg-quick knows";
    };
  }

  /** Why a setting of this host is left out; empty if it is not. */
  private String host(String key, String value) {
    switch (key) {
      case "address" -> {
        if (tun.stream().anyMatch(l -> l.startsWith("addresses"))) {
          return "is there twice: put all into one line";
        }
        tun.add("addresses = [" + quoted(List.of(value.split("\\s*,\\s*"))) + "]");
      }
      case "listenport" ->
          top.add("listen = [" + quoted(List.of("0.0.0.0:" + value, "[::]:" + value)) + "]");
      case "mtu" -> tun.add("mtu = " + value);
      case "fwmark" -> {
        if (value.equals("off")) {
          return "is off, as it is here";
        }
        if (!value.matches("0[xX][0-9a-fA-F]{1,8}|[0-9]{1,10}")) {
          return "is no number";
        }
        top.add("fwmark = " + Long.decode(value));
      }
      case "table" -> {
        if (!value.equals("off")) {
          return "is left to ipae, which has a table of its own: see ip rule";
        }
        top.add("table = \"off\"");
      }
      case "privatekey" -> {
        return "is not taken over: ipae makes a new key, ipae init NAME";
      }
      case "dns" -> {
        return "is not taken over: ipae leaves resolv.conf alone; set it where your system does";
      }
      case "preup", "postup", "predown", "postdown" -> {
        return "is not taken over: put the command into a unit with After=ipae.service";
      }
      case "saveconfig" -> {
        return "is not taken over: ipae add and ipae remove edit the file";
      }
      default -> {
        return "is not known here";
      }
    }
    return "";
  }

  private String peer(String key, String value) {
    Peer p = peers.getLast();
    switch (key) {
      case "allowedips" -> p.routes.addAll(List.of(value.split("\\s*,\\s*")));
      case "endpoint" -> p.endpoint = value;
      case "persistentkeepalive" -> {
        if (value.equals("off") || value.equals("0")) {
          return "is off, as it is here";
        }
        p.lines.add("keepalive = " + value);
      }
      case "publickey" -> {
        return "is not taken over: the peer gets a new key too, from DNS or by ipae key show";
      }
      case "presharedkey" -> {
        return "is not taken over: sessions are secret to quantum computers without one";
      }
      default -> {
        return "is not known here";
      }
    }
    return "";
  }

  private static String quoted(List<String> texts) {
    return texts.stream()
        .map(t -> TextNode.valueOf(t).toString())
        .collect(Collectors.joining(", "));
  }

  /** The lines that are left out, each with its reason. */
  List<String> left() {
    return left;
  }

  /**
   * The configuration.
   *
   * @param name of this host
   * @param privateKey where its key is
   */
  String text(String name, String privateKey) {
    StringBuilder out = new StringBuilder("# From " + file + ", by ipae import.\n");
    out.append("name = ").append(TextNode.valueOf(name)).append('\n');
    out.append("private_key = ").append(TextNode.valueOf(privateKey)).append('\n');
    top.forEach(l -> out.append(l).append('\n'));
    out.append("\n[tun]\n");
    tun.forEach(l -> out.append(l).append('\n'));
    Set<String> names = new LinkedHashSet<>();
    for (Peer p : peers) {
      String peer = name(p, names);
      out.append("\n[[peer]]\n").append("name = ").append(TextNode.valueOf(peer)).append('\n');
      out.append(peer.contains(".") ? "# " : ""); // another name is in no DNS
      out.append("key = \"k1...\"   # what ipae key show prints there\n");
      if (!p.endpoint.isEmpty()) {
        out.append("endpoint = ").append(TextNode.valueOf(p.endpoint)).append('\n');
      }
      out.append("routes = [").append(quoted(p.routes)).append("]\n");
      p.lines.forEach(l -> out.append(l).append('\n'));
    }
    return out.toString();
  }

  /** That of its endpoint, or what the comment before it says, or a number. */
  private static String name(Peer p, Set<String> taken) {
    String host = p.endpoint.replaceFirst(":[0-9]+$", "");
    for (String candidate : List.of(host.matches(".*[A-Za-z].*") ? host : "", p.comment)) {
      try {
        String name = ConfigEditor.name(candidate);
        if (taken.add(name)) {
          return name;
        }
      } catch (BadText e) {
        // not one
      }
    }
    String numbered = "peer-" + (taken.size() + 1);
    taken.add(numbered);
    return numbered;
  }
}
