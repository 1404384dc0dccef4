package org.ipae.tunnel.config;

import java.util.List;
import org.ipae.tunnel.association.PeerConfig;

/**
 * The peers with their host names resolved.
 *
 * @param peers all of them; one whose name has no address has no endpoint
 * @param unresolved one for each of those
 */
public record Resolution(List<PeerConfig> peers, List<ConfigError> unresolved) {
  public Resolution {
    peers = List.copyOf(peers);
    unresolved = List.copyOf(unresolved);
  }
}
