// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.List;
import java.util.Map;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Where the endpoints of the configuration are now.
 *
 * @param endpoints by name of the peer; none for a peer whose host name has no address
 * @param unresolved one for each of those
 */
public record Resolution(Map<String, Endpoint> endpoints, List<ConfigError> unresolved) {
  public Resolution {
    endpoints = Map.copyOf(endpoints);
    unresolved = List.copyOf(unresolved);
  }
}
