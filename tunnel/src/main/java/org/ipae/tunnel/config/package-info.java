/**
 * The configuration file: {@link org.ipae.tunnel.config.Config} is what it says once it is valid,
 * {@link org.ipae.tunnel.config.ConfigErrors} what is wrong with it otherwise, {@link
 * org.ipae.tunnel.config.ConfigEditor} the only writer of it.
 */
@NullMarked
package org.ipae.tunnel.config;

import org.jspecify.annotations.NullMarked;
