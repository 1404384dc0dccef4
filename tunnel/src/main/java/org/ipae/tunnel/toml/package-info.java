// SPDX-License-Identifier: Apache-2.0
/** TOML files as they are written: values with their places, and mistakes that name them. */
@NullMarked
package org.ipae.tunnel.toml;

import org.jspecify.annotations.NullMarked;
