// SPDX-License-Identifier: Apache-2.0
package org.ipae.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.ipae.lab.Command;
import org.ipae.lab.Gateway;
import org.ipae.lab.Host;
import org.ipae.lab.Lab;
import org.ipae.lab.dns.Hierarchy;
import org.ipae.lab.dns.Knot;
import org.ipae.lab.dns.Live;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A host puts its keys into zones that BIND and Knot sign, with what {@code dns show} says is
 * needed.
 */
@Tag("once")
@Timeout(180)
class PublishLabTest {
  private static final String NAME = "gw-a.live.net";

  /** The lines of {@code dns show} from a first one to an empty one. */
  private static List<String> section(String shown, String first) {
    return shown.lines().dropWhile(l -> !l.startsWith(first)).takeWhile(l -> !l.isBlank()).toList();
  }

  @Test
  void whatIsShownIsEnoughToPublish() throws Exception {
    try (Lab lab = new Lab()) {
      Host dns = lab.host("dns");
      Live live = new Live(lab, dns, "live.net.");
      Gateway a = Gateway.on(lab, dns, NAME);
      a.dns("resolvers = [\"" + Hierarchy.RESOLVER + "\"]");
      a.dns("trust_anchors = \"" + lab.directory().resolve("dns/root.ds") + "\"");
      a.dns("addresses = [\"203.0.113.7\", \"2001:db8::7\"]\nttl = 2");
      Path key = lab.directory().resolve("update.key");
      Files.copy(live.updateKey(), key, StandardCopyOption.COPY_ATTRIBUTES);
      a.dns("update_key = \"" + key + "\"");
      a.write();
      String shown = a.ipae("dns", "show").out();
      Hierarchy net = new Hierarchy(lab, dns, List.of(), live.delegation());
      live.serve(section(shown, "update-policy"));
      publishes(a, net);
      followsItsSettings(a);
      refusals(live, a, key);
      staleSecondary(live, a);
      withdraws(a);
      byHand(live, dns, a);
    }
  }

  @Test
  void knotTakesThemWithTheAclThatIsShown() throws Exception {
    try (Lab lab = new Lab()) {
      Host dns = lab.host("dns");
      Knot knot = new Knot(lab, dns, "knot.net.");
      Gateway a = Gateway.on(lab, dns, "gw-a.knot.net");
      a.dns("resolvers = [\"" + Hierarchy.RESOLVER + "\"]");
      a.dns("trust_anchors = \"" + lab.directory().resolve("dns/root.ds") + "\"");
      a.dns("addresses = [\"203.0.113.7\"]\nttl = 2\nupdate_key = \"" + knot.updateKey() + "\"");
      a.write();
      Hierarchy net = new Hierarchy(lab, dns, List.of(), knot.delegation());
      knot.serve(section(a.ipae("dns", "show").out(), "acl:"));
      Command.Result r = a.ipae("dns", "publish");
      assertEquals(0, r.exit(), r.toString());
      assertTrue(r.out().contains("ns6.net: secure\n"), r.out());
      assertEquals("secure", net.judged("_ipae._udp.gw-a.knot.net", "SRV"));
      assertEquals(0, a.ipae("dns", "publish", "--withdraw").exit());
      Files.writeString(
          a.configFile(), Files.readString(a.configFile()).replace("\"gw-a.", "\"gw-b."));
      Command.Result other = a.ipae("dns", "publish");
      assertEquals(1, other.exit(), other.toString());
      assertTrue(other.err().contains("or its ACL forbids this"), other.err());
    }
  }

  private static void publishes(Gateway a, Hierarchy net) {
    Command.Result r = a.ipae("dns", "publish");
    assertEquals(0, r.exit(), r.toString());
    assertTrue(r.out().contains("+ _ipae._udp." + NAME + ". 2 IN SRV 10 0 1138 "), r.out());
    assertTrue(r.out().contains("ns4.net: secure\nns5.net: secure\n"), r.out());
    Command.Result found = a.ipae("dns", "lookup", NAME);
    assertEquals(0, found.exit(), found.toString());
    assertTrue(found.out().contains("key: " + a.publicKey()), found.out());
    assertTrue(found.out().contains("at 2001:db8:0:0:0:0:0:7, 203.0.113.7"), found.out());
    assertEquals("secure", net.judged("_ipae._udp." + NAME, "SRV"));
    Command.Result again = a.ipae("dns", "publish");
    assertEquals(0, again.exit(), again.toString());
    assertTrue(again.out().startsWith("nothing to change\n"), again.out());
  }

  private static void followsItsSettings(Gateway a) {
    a.dns("priority = 20").write();
    Command.Result r = a.ipae("dns", "publish");
    assertEquals(0, r.exit(), r.toString());
    assertTrue(r.out().contains("- _ipae._udp." + NAME + ". 2 IN SRV 10 0 "), r.out());
    assertTrue(r.out().contains("+ _ipae._udp." + NAME + ". 2 IN SRV 20 0 "), r.out());
  }

  private static void refused(Gateway a, String why) {
    Command.Result r = a.ipae("dns", "publish", "--withdraw");
    assertEquals(1, r.exit(), r.toString());
    assertTrue(r.err().contains(why), r.err());
    assertEquals(1, r.err().lines().count(), r.err());
  }

  private static void refusals(Live live, Gateway a, Path key) throws Exception {
    String right = Files.readString(key);
    Files.copy(live.updateKey("other", "update"), key, StandardCopyOption.REPLACE_EXISTING);
    refused(a, "has another secret of the key update.; compare update_key");
    Files.writeString(key, right.replace("\"update\"", "\"nobody\""));
    refused(a, "does not know the key nobody., or its ACL forbids this");
    Files.writeString(key, right.replace("hmac-sha256", "hmac-md5"));
    refused(a, "has a key for hmac-md5, which ipae does not use");
    Files.writeString(key, "nonsense");
    refused(a, "has no key for updates");
    Files.writeString(key, right);
    Command.must(List.of("chmod", "644", key.toString()));
    refused(a, "is accessible to others (mode 0644); run: chmod 600");
    Command.must(List.of("chmod", "600", key.toString()));
    assertEquals(0, a.ipae("dns", "lookup", NAME).exit(), "nothing was lost");
    String config = Files.readString(a.configFile());
    Files.writeString(
        a.configFile(), config.replace("update_key", "update_server = \"10.53.0.1\"\nupdate_key"));
    refused(a, "does not keep the zone live.net.");
    Files.writeString(
        a.configFile(), config.replace("update_key", "update_server = \"10.53.0.9\"\nupdate_key"));
    Command.Result silent = a.ipae("dns", "publish");
    assertEquals(1, silent.exit());
    assertTrue(silent.err().contains("10.53.0.9"), silent.err());
    Files.writeString(a.configFile(), config.replace("\"" + NAME, "\"gw-b.live.net"));
    Command.Result other = a.ipae("dns", "publish");
    assertTrue(
        other.err().contains("refuses: the key update. lacks the grants that ipae dns show prints"),
        other.err());
    Files.writeString(a.configFile(), config);
  }

  private static void staleSecondary(Live live, Gateway a) throws Exception {
    live.deafenSecondary();
    Command.Result r = a.ipae("dns", "publish", "--withdraw", "--wait", "2");
    assertEquals(1, r.exit(), r.toString());
    assertTrue(
        r.out().contains("ns4.net: gone\nns5.net: still with key " + a.publicKey()), r.out());
    assertTrue(r.err().contains("not every name server has it after 2 s"), r.err());
    live.healSecondary();
    assertEquals(0, a.ipae("dns", "publish").exit());
  }

  private static void withdraws(Gateway a) {
    Command.Result r = a.ipae("dns", "publish", "--withdraw");
    assertEquals(0, r.exit(), r.toString());
    assertTrue(r.out().contains("ns4.net: gone\nns5.net: gone\n"), r.out());
    Lab.await(
        10_000, "absent", () -> a.ipae("dns", "lookup", NAME).out().contains(NAME + ": absent"));
  }

  /** With nsupdate, as somebody does who gives ipae no key. */
  private static void byHand(Live live, Host dns, Gateway a) throws Exception {
    Path commands = a.stateDirectory().resolveSibling("commands");
    Files.writeString(
        commands, "server " + Live.PRIMARY + "\n" + a.ipae("dns", "show", "--nsupdate").out());
    dns.must("nsupdate", "-k", live.updateKey().toString(), commands.toString());
    String config = Files.readString(a.configFile());
    Files.writeString(a.configFile(), config.replaceAll("update_key.*", ""));
    Command.Result r = a.ipae("dns", "publish");
    assertEquals(1, r.exit(), r.toString());
    assertTrue(r.err().contains("no update_key in [dns]: enter the records by hand"), r.err());
    Lab.await(10_000, "there", () -> a.ipae("dns", "lookup", NAME).exit() == 0);
    assertFalse(a.ipae("dns", "show", "--zone").out().contains(";"), "nothing but records");
  }
}
