package org.ipae.tunnel.association;

import org.ipae.crypto.Entropy;
import org.ipae.tunnel.engine.SharedState;
import org.ipae.tunnel.handshake.CookieGate;

/** What every association of a node needs. */
record Environment(
    HostConfig host, CookieGate gate, SharedState shared, Effects effects, Entropy entropy) {}
