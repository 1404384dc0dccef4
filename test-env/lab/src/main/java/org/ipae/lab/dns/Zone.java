// SPDX-License-Identifier: Apache-2.0
package org.ipae.lab.dns;

import java.util.EnumSet;
import java.util.Set;

/**
 * A zone below net.
 *
 * @param name with a dot at its end
 * @param records without SOA and NS, as in a zone file
 * @param algorithm as dnssec-keygen names it
 */
public record Zone(String name, String records, String algorithm, Set<Flaw> flaws) {

  /** What is wrong with it, or unusual. */
  public enum Flaw {
    /** Not signed, and net says so. */
    UNSIGNED,
    /** Not signed, though net has a DS. */
    SIGNATURES_GONE,
    /** The signatures of SRV records are missing. */
    SRV_SIGNATURE_GONE,
    EXPIRED,
    NOT_YET_VALID,
    /** The DS is that of another key. */
    OTHER_DS,
    NSEC3,
    /** The same, and names without signatures are not denied. */
    OPT_OUT,
    /** Delegated to an address where nobody answers. */
    SILENT
  }

  public static Zone of(String name, String records, Flaw... flaws) {
    return of(name, records, "ECDSAP256SHA256", flaws);
  }

  public static Zone of(String name, String records, String algorithm, Flaw... flaws) {
    Set<Flaw> set = EnumSet.noneOf(Flaw.class);
    set.addAll(Set.of(flaws));
    return new Zone(name, records, algorithm, set);
  }

  boolean has(Flaw f) {
    return flaws.contains(f);
  }

  boolean served() {
    return !has(Flaw.SILENT);
  }
}
