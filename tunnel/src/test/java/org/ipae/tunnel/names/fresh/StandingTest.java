// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.names.fresh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.ipae.crypto.PublicKey;
import org.ipae.tunnel.config.ConfigFiles;
import org.ipae.tunnel.names.Published;
import org.ipae.tunnel.names.Verdict;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final long HOUR = 3_600_000;
  private static final long END = HOUR + Standing.GRACE;

  private static Published says(Verdict v, long signedAt, int... keys) {
    List<Published.Gateway> all = new ArrayList<>();
    for (int k : keys) {
      all.add(
          new Published.Gateway(
              ConfigFiles.key(k),
              "target",
              1138,
              10,
              0,
              List.of(InetAddress.ofLiteral("192.0.2.1")),
              ""));
    }
    return new Published(
        v, v == Verdict.BOGUS ? "forged" : "", all, List.of(), signedAt, HOUR, HOUR);
  }

  private static Published secure(long signedAt, int... keys) {
    return says(Verdict.SECURE, signedAt, keys);
  }

  private static List<PublicKey> keys(Standing s, long now) {
    return s.good(now).stream().map(Published.Gateway::key).toList();
  }

  private static List<PublicKey> keys(int... numbers) {
    List<PublicKey> out = new ArrayList<>();
    for (int n : numbers) {
      out.add(ConfigFiles.key(n));
    }
    return out;
  }

  @Test
  void whatIsSecureHoldsUntilItsEnd() {
    Standing s = Standing.UNKNOWN.next(secure(100, 2, 3), 1_000, false);
    assertEquals(keys(2, 3), keys(s, 1_000 + END - 1));
    assertEquals(List.of(), keys(s, 1_000 + END));
  }

  @Test
  void whatIsNotAuthenticatedEndsNothingAndProlongsNothing() {
    Standing s = Standing.UNKNOWN.next(secure(100, 2), 0, false);
    for (Verdict v : List.of(Verdict.BOGUS, Verdict.UNREACHABLE)) {
      Standing after = s.next(says(v, 0), HOUR / 2, false);
      assertEquals(v, after.verdict());
      assertEquals(keys(2), keys(after, END - 1));
      assertEquals(List.of(), keys(after, END));
    }
    assertEquals(List.of(), keys(s.next(says(Verdict.BOGUS, 0), END, false), END));
  }

  @Test
  void aProvenDenialAndAZoneThatIsSignedNoMoreEndIt() {
    Standing s = Standing.UNKNOWN.next(secure(100, 2), 0, false);
    assertEquals(List.of(), keys(s.next(says(Verdict.ABSENT, 200), 1, false), 1));
    assertEquals(List.of(), keys(s.next(says(Verdict.INSECURE, 0, 2), 1, false), 1));
  }

  @Test
  void aWithdrawnKeyIsNotTakenFromRecordsThatWereSignedBefore() {
    Standing s = Standing.UNKNOWN.next(secure(100, 2), 0, false).next(secure(200, 3), 1, false);
    assertEquals(keys(3), keys(s, 1));
    Standing replayed = s.next(secure(100, 2), 2, false);
    assertEquals(List.of(), keys(replayed, 2));
    assertTrue(replayed.reason().contains("was withdrawn after these records were signed"));
    assertEquals(
        List.of(),
        keys(replayed.next(secure(199, 2, 3), 3, false), 3).stream()
            .filter(k -> k.equals(ConfigFiles.key(2)))
            .toList());
    assertEquals(keys(2), keys(replayed.next(secure(201, 2), 3, false), 3), "published again");
  }

  @Test
  void aKeyThatADenialWithdrewDoesNotComeBackByOldRecords() {
    Standing s =
        Standing.UNKNOWN.next(secure(100, 2), 0, false).next(says(Verdict.ABSENT, 300), 1, false);
    assertEquals(List.of(), keys(s.next(secure(299, 2), 2, false), 2));
    assertEquals(keys(2), keys(s.next(secure(300, 2), 2, false), 2));
  }

  @Test
  void ofWithdrawnKeysSomeAreKept() {
    Standing s = Standing.UNKNOWN;
    for (int i = 2; i < 102; i++) {
      s = s.next(secure(i, i), i, false);
    }
    assertEquals(64, s.withdrawn().size());
    assertEquals(List.of(), keys(s.next(secure(50, 100), 200, false), 200));
  }

  private static Standing preferring(Standing s, Verdict v, long at, int... keys) {
    return s.next(says(v, v == Verdict.SECURE ? 100 : 0, keys), at, true);
  }

  @Test
  void aZoneThatIsNotSignedIsPinnedOnFirstUse() {
    Standing s = preferring(Standing.UNKNOWN, Verdict.INSECURE, 0, 2);
    assertEquals(keys(2), keys(s, 1));
    assertTrue(s.reason().startsWith("not authenticated: "), s.reason());
    assertFalse(s.usable(false), "where signatures are required");
    Standing other = preferring(s, Verdict.INSECURE, 1, 3);
    assertEquals(List.of(), keys(other, 1));
    assertTrue(other.reason().contains("is not what was pinned on first use"), other.reason());
    assertEquals(keys(2), keys(preferring(other, Verdict.INSECURE, 2, 2, 3), 2));
    assertEquals(keys(3), keys(preferring(other.withoutPins(), Verdict.INSECURE, 2, 3), 2));
    Standing absent = preferring(s, Verdict.ABSENT, 1);
    assertEquals(List.of(), keys(preferring(absent, Verdict.INSECURE, 2, 3), 2), "still pinned");
    assertEquals(List.of(), keys(preferring(s, Verdict.BOGUS, END, 2), END));
  }

  @Test
  void aSignatureEndsPinsAndWhatWasSignedIsPinnedWithoutIt() {
    Standing s = preferring(Standing.UNKNOWN, Verdict.INSECURE, 0, 2);
    Standing secure = preferring(s, Verdict.SECURE, 1, 3);
    assertEquals(keys(3), keys(secure, 1));
    assertTrue(secure.usable(false));
    Standing open = preferring(secure, Verdict.INSECURE, 2, 4);
    assertEquals(List.of(), keys(open, 2), "another key than the one that was signed");
    assertEquals(keys(3), keys(preferring(secure, Verdict.INSECURE, 2, 3), 2));
  }
}
