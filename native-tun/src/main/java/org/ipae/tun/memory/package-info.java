/** Doubles of the TUN device and the UDP socket that live in memory: no thread, no kernel. */
@NullMarked
package org.ipae.tun.memory;

import org.jspecify.annotations.NullMarked;
