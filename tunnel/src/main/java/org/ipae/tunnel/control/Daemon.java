// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.control;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.ipae.tunnel.toml.ConfigErrors;

/** A running node, as the control socket sees it. Every method may be called on any thread. */
public interface Daemon {
  /**
   * What it does at the moment. Reading the peers asks the daemon for them, and throws an
   * UncheckedIOException if it stops meanwhile.
   *
   * @throws IOException if the daemon is stopping or stuck
   */
  NodeStatus status() throws IOException;

  /**
   * Brings the node to what the configuration file says now.
   *
   * @param dryRun only say what would change
   * @return what changes, for people: "+ peer b", "- peer c", "~ peer d: routes"
   * @throws ConfigErrors if the file is not valid; nothing has changed then
   * @throws IOException if the daemon is stopping or stuck
   */
  List<String> reload(boolean dryRun) throws ConfigErrors, IOException;

  /**
   * Changes the key of this host, or lets a change go on.
   *
   * @throws IOException with one line: why not
   */
  void changeKey(KeyCommand command) throws IOException;

  /**
   * The next key that DNS has of a peer is believed, whatever it is.
   *
   * @return whether one was pinned
   */
  boolean clearPins(String peer);

  /** A peer of this name is about to be added: its keys are looked up meanwhile. */
  void expect(String name);

  /**
   * Measures one round trip inside the protocol.
   *
   * @return microseconds, empty if no answer came in time
   * @throws java.util.NoSuchElementException if there is no such peer
   */
  OptionalLong ping(String peer, long timeoutMillis);
}
