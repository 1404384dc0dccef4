// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds where keys and tables are written in a text that the TOML parser has accepted, because the
 * parser does not keep positions. Paths: {@code name}, {@code tun.mtu}, {@code peer[0].routes},
 * {@code peer[0].routes#1} for an element of a list.
 */
public final class Locator {
  /** A statement {@code key = value}; offsets, {@code end} is after the value. */
  private record Entry(int key, int value, int end, List<Integer> strings) {}

  /** A table from its header to the end of its last statement; offsets. */
  public record Block(int start, int end) {}

  private final String text;
  private final Position.Lines lines;
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Block> blocks = new HashMap<>();
  private int at;

  public Locator(String text) {
    this.text = text;
    lines = new Position.Lines(text);
    scan();
  }

  /** Where the key itself is written; if it cannot be found, the nearest thing around it. */
  public Position key(String path) {
    Entry entry = entries.get(path);
    return entry == null ? around(path) : lines.at(entry.key());
  }

  /** Where the value, or the element of a list, begins. */
  public Position value(String path) {
    int hash = path.indexOf('#');
    Entry entry = entries.get(hash < 0 ? path : path.substring(0, hash));
    if (entry == null) {
      return around(path);
    }
    int element = hash < 0 ? -1 : Integer.parseInt(path.substring(hash + 1));
    boolean known = element >= 0 && element < entry.strings().size();
    return lines.at(known ? entry.strings().get(element) : entry.value());
  }

  /** The header of a table, or the nearest thing around it. */
  public Position table(String path) {
    Block block = blocks.get(path);
    return block == null ? around(path) : lines.at(block.start());
  }

  /** A table with a header of its own, or null. */
  public @Nullable Block block(String path) {
    return blocks.get(path);
  }

  private Position around(String path) {
    int cut = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    if (cut < 0) {
      return new Position(1, 1);
    }
    String outer = path.substring(0, cut);
    Entry entry = entries.get(outer);
    return entry != null ? lines.at(entry.key()) : table(outer);
  }

  private void scan() {
    Map<String, Integer> counts = new HashMap<>();
    String table = "";
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '#') {
        at = endOfLine();
      } else if (c == '[') {
        int start = at;
        boolean many = text.startsWith("[[", at);
        int close = text.indexOf(']', at);
        at = close < 0 ? text.length() : close;
        String name = plain(text.substring(start + (many ? 2 : 1), at));
        table = many ? name + "[" + (counts.merge(name, 1, Integer::sum) - 1) + "]" : name;
        at = endOfLine();
        blocks.put(table, new Block(start, at));
      } else {
        statement(table);
      }
    }
  }

  private void statement(String table) {
    int key = at;
    while (at < text.length() && text.charAt(at) != '=') {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        skipString();
      } else {
        at++;
      }
    }
    String name = plain(text.substring(key, at));
    at++;
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    int value = Math.min(at, text.length());
    List<Integer> strings = skipValue();
    entries.put(table.isEmpty() ? name : table + "." + name, new Entry(key, value, at, strings));
    Block block = blocks.get(table);
    if (block != null) {
      blocks.put(table, new Block(block.start(), endOfLine()));
    }
  }

  private List<Integer> skipValue() {
    List<Integer> strings = new ArrayList<>();
    int depth = 0;
    while (at < text.length()) {
      switch (text.charAt(at)) {
        case '"', '\'' -> {
          strings.add(at);
          skipString();
        }
        case '#' -> at = endOfLine();
        case '[', '{' -> {
          depth++;
          at++;
        }
        case ']', '}' -> {
          depth--;
          at++;
        }
        case '\n' -> {
          if (depth <= 0) {
            return strings;
          }
          at++;
        }
        default -> at++;
      }
    }
    return strings;
  }

  private void skipString() {
    char quote = text.charAt(at);
    String three = String.valueOf(quote).repeat(3);
    String end = text.startsWith(three, at) ? three : String.valueOf(quote);
    at += end.length();
    while (at < text.length() && !text.startsWith(end, at)) {
      at += quote == '"' && text.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(text.length(), at + end.length());
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  /** Without white space and quotes. */
  private static String plain(String name) {
    StringBuilder out = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > ' ' && c != '"' && c != '\'') {
        out.append(c);
      }
    }
    return out.toString();
  }
}
