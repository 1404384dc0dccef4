package org.ipae.tunnel.config;

/** A place in a text, both counted from 1. */
record Position(int line, int column) {
  static Position of(String text, int offset) {
    int line = 1;
    int start = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
      line++;
      start = i + 1;
    }
    return new Position(line, offset - start + 1);
  }
}
