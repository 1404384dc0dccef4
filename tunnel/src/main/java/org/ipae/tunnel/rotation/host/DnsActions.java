// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.rotation.host;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.ipae.crypto.PublicKey;
import org.ipae.crypto.X25519KeyPair;
import org.ipae.tunnel.association.host.HostKeys;
import org.ipae.tunnel.config.Config;
import org.ipae.tunnel.log.Log;
import org.ipae.tunnel.log.Reason;
import org.ipae.tunnel.log.Redacted;
import org.ipae.tunnel.names.Inside;
import org.ipae.tunnel.names.NameKeys;
import org.ipae.tunnel.names.NameServers;
import org.ipae.tunnel.names.Upstream;
import org.ipae.tunnel.names.publish.OwnRecords;
import org.ipae.tunnel.names.publish.Publisher;
import org.ipae.tunnel.names.publish.Served;
import org.ipae.tunnel.rotation.Actions;
import org.ipae.tunnel.rotation.Rotation;
import org.jspecify.annotations.Nullable;

/** Carries a change of keys out, with the files of this host and the name servers of its zone. */
final class DnsActions implements Actions {
  private final Supplier<Config> config;
  private final Inside inside;
  private final LongSupplier clock;
  private final KeyFiles keys;
  private final Consumer<HostKeys.Wanted> answers;
  private final Function<@Nullable Rotation, String> keeps;
  private final Supplier<String> keepsDone;
  private String trouble = "";
  private @Nullable Publisher publishing;

  DnsActions(
      Supplier<Config> config,
      Inside inside,
      LongSupplier clock,
      KeyFiles keys,
      Consumer<HostKeys.Wanted> answers,
      Function<@Nullable Rotation, String> keeps,
      Supplier<String> keepsDone) {
    this.config = config;
    this.inside = inside;
    this.clock = clock;
    this.keys = keys;
    this.answers = answers;
    this.keeps = keeps;
    this.keepsDone = keepsDone;
  }

  private Publisher publisher() throws IOException {
    Config c = config.get();
    return new Publisher(
        OwnRecords.of(c),
        c.dns(),
        inside.or(new Upstream(NameServers.of(c.dns()))),
        clock,
        NameKeys.THREADS);
  }

  @Override
  public String save(@Nullable Rotation rotation) {
    return keeps.apply(rotation);
  }

  @Override
  public String saveDone() {
    return keepsDone.get();
  }

  @Override
  public String answer(Rotation rotation) {
    try {
      answers.accept(keys.arrange(rotation));
      return "";
    } catch (IOException e) {
      return Reason.of(e);
    }
  }

  @Override
  public long held() {
    try {
      return publisher().heldMillis(_ -> {});
    } catch (IOException e) {
      trouble = Reason.of(e);
      return -1;
    }
  }

  @Override
  public String trouble() {
    return trouble;
  }

  @Override
  public String publish(List<PublicKey> wanted, List<PublicKey> gone) {
    try {
      Publisher p = publisher();
      publishing = p; // seen() goes on with it
      if (p.mayUpdate()) {
        p.update(wanted, gone, _ -> {}).forEach(c -> Log.info("DNS: " + Redacted.text(c)));
      }
      return "";
    } catch (IOException e) {
      return Reason.of(e);
    }
  }

  @Override
  public String seen(List<PublicKey> wanted, List<PublicKey> gone) throws InterruptedException {
    try {
      Publisher p = publishing == null ? publisher() : publishing;
      publishing = null;
      for (Served s : p.served(wanted, gone, _ -> {})) {
        if (!s.good()) {
          String byHand = p.mayUpdate() ? "" : "; enter what ipae dns show prints";
          return "name server " + s.server() + ": " + s.lack() + byHand;
        }
      }
      return "";
    } catch (IOException e) {
      return Reason.of(e);
    }
  }

  @Override
  public String erase(Rotation rotation) {
    try {
      HostKeys.Wanted wanted = keys.arrange(rotation);
      wanted.before().forEach(X25519KeyPair::close);
      wanted.next().forEach(X25519KeyPair::close);
      answers.accept(HostKeys.Wanted.only(wanted.calling()));
      keys.clear();
      return "";
    } catch (IOException e) {
      return Reason.of(e);
    }
  }

  @Override
  public void tell(String line) {
    Log.info(Redacted.text(line));
  }
}
