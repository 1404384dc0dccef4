// SPDX-License-Identifier: Apache-2.0
/** Name servers of the labs: signed zones, BIND and Unbound. */
package org.ipae.lab.dns;
