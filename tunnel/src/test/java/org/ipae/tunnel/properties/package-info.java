// SPDX-License-Identifier: Apache-2.0
/** The properties that PROTOCOL.md promises, each in a class of its own. */
package org.ipae.tunnel.properties;
