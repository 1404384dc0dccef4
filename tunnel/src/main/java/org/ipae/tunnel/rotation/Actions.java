// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation;

import java.util.List;
import org.ipae.crypto.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * What a change of keys does. Each may be done again after a crash, and is then done as if for the
 * first time. What returns a text says why it was not done, in one line; empty if it was. Blocks.
 */
public interface Actions {
  /**
   * Keeps where the change is, so that the next start of the daemon goes on there.
   *
   * @param rotation null when none is under way
   */
  String save(@Nullable Rotation rotation);

  /** The same when a change has come to its end: the key is new from now on. */
  String saveDone();

  /**
   * Answers for the keys of this step; from CALLING on, this host calls with the new one. What has
   * once been done for a later step stays.
   */
  String answer(Rotation rotation);

  /**
   * How long others may hold what DNS says of this host now, milliseconds; negative if it cannot be
   * asked, see {@link #trouble}.
   */
  long held() throws InterruptedException;

  /** Brings DNS to these keys, and takes others out, if this host may. */
  String publish(List<PublicKey> keys, List<PublicKey> gone) throws InterruptedException;

  /** Whether every server of the zone says just that; else what one of them says. */
  String seen(List<PublicKey> keys, List<PublicKey> gone) throws InterruptedException;

  /** Why {@link #held} is not known. */
  String trouble();

  /** Erases the key that does not call, which is answered for no longer. */
  String erase(Rotation rotation);

  /** Something that an operator wants to know. */
  void tell(String line);
}
