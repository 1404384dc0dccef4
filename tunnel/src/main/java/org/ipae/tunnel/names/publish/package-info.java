// SPDX-License-Identifier: Apache-2.0
// SPDX-License-Identifier: Apache-2.0
/** What this host says of itself in DNS. PROTOCOL.md section 16. */
@NullMarked
package org.ipae.tunnel.names.publish;

import org.jspecify.annotations.NullMarked;
