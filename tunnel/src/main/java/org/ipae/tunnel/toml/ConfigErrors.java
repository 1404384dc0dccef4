// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.toml;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that is not valid. The message has one line for each mistake. */
public final class ConfigErrors extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<ConfigError> errors;

  public ConfigErrors(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  public ConfigErrors(ConfigError error) {
    this(List.of(error));
  }

  /** In the order of the files. */
  public List<ConfigError> errors() {
    return errors;
  }
}
