package org.ipae.tunnel.config;

import com.fasterxml.jackson.databind.JsonNode;

/** One value and where it stands. */
record Field(Source source, String path, JsonNode value) {
  String text() {
    return value.textValue();
  }

  /** The key as written. */
  String key() {
    return path.replaceAll(".*\\.|#.*", "");
  }

  ConfigError error(String what, String remedy) {
    return ConfigError.at(source.file(), source.locator().value(path), what, remedy);
  }

  /** FILE:LINE, to name this place in a message about another one. */
  String place() {
    return source.file().getFileName() + ":" + source.locator().value(path).line();
  }

  String typeName() {
    return switch (value.getNodeType()) {
      case STRING -> "a text";
      case NUMBER -> value.isIntegralNumber() ? "a number" : "a fraction";
      case BOOLEAN -> "true or false";
      case ARRAY -> "a list";
      case OBJECT, POJO -> "a table";
      case NULL, MISSING, BINARY -> "nothing";
    };
  }
}
