// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.config;

import java.util.List;
import java.util.Map;
import org.ipae.tunnel.toml.ConfigError;
import org.ipae.tunnel.wire.Endpoint;

/**
 * Where the peers of the configuration may be now.
 *
 * @param endpoints by name of the peer, the preferred first; none if no host name has an address
 * @param unresolved one for each host name without an address
 */
public record Resolution(Map<String, List<Endpoint>> endpoints, List<ConfigError> unresolved) {
  public Resolution {
    endpoints = Map.copyOf(endpoints);
    unresolved = List.copyOf(unresolved);
  }
}
