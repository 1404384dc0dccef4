/** TUN devices, batched UDP sockets, rtnetlink and the few other system calls of the appliance. */
@NullMarked
package org.ipae.tun;

import org.jspecify.annotations.NullMarked;
