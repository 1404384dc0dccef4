// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import com.fasterxml.jackson.databind.JsonNode;

/** A value and where it is written. */
public record Field(Source source, String path, JsonNode value) {
  public String text() {
    return value.textValue();
  }

  /** The key as written. */
  public String key() {
    return path.replaceAll(".*\\.|#.*", "");
  }

  public ConfigError error(String what, String remedy) {
    return place().error(what, remedy);
  }

  public Place place() {
    return new Place(source.file(), source.locator().value(path));
  }

  /** To find the place later, without keeping the text. */
  public Places.Key written() {
    return new Places.Key(source.file(), path);
  }

  public String typeName() {
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
