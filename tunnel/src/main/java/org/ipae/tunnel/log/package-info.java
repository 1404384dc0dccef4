/** Where the daemon tells its operator of changes. */
@NullMarked
package org.ipae.tunnel.log;

import org.jspecify.annotations.NullMarked;
