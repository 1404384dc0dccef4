package org.ipae.tunnel.config;

import com.fasterxml.jackson.databind.JsonNode;

/** A value and where it is written. */
record Field(Source source, String path, JsonNode value) {
  String text() {
    return value.textValue();
  }

  /** The key as written. */
  String key() {
    return path.replaceAll(".*\\.|#.*", "");
  }

  ConfigError error(String what, String remedy) {
    return place().error(what, remedy);
  }

  Place place() {
    return new Place(source.file(), source.locator().value(path));
  }

  String typeName() {
    return switch (value.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> value.isIntegralNumber() ? "a number" : "a fraction";
      case BOOLEAN -> "true or false";
      case ARRAY -> "a list";
      case OBJECT, POJO -> "a table";
      case NULL, MISSING, BINARY -> "nothing";
    };
  }
}
