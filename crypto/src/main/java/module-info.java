// SPDX-License-Identifier: Apache-2.0
/** Suites, Noise, keys and MACs. Knows no other module of the project. */
module org.ipae.crypto {
  requires static transitive org.jspecify;
  requires org.bouncycastle.provider;

  exports org.ipae.crypto;
}
