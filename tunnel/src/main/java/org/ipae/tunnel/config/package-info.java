// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration: {@link org.ipae.tunnel.config.ConfigReader} reads its files into a {@link
 * org.ipae.tunnel.config.Config} or reports {@link org.ipae.tunnel.config.ConfigErrors}, and {@link
 * org.ipae.tunnel.config.ConfigEditor} alone writes them.
 */
@NullMarked
package org.ipae.tunnel.config;

import org.jspecify.annotations.NullMarked;
