// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ipae.crypto.Suite;
import org.ipae.tun.batch.PacketBatch;
import org.ipae.tunnel.wire.Codec;
import org.junit.jupiter.api.Test;

/** Reads the compiled classes: who knows whom, and what the protocol must not know at all. */
class ArchitectureTest {
  private static final String TUNNEL = "org/ipae/tunnel/";
  private static final String CRYPTO = "org/ipae/crypto/";
  private static final String BATCH = "org/ipae/tun/batch/";

  /** What a package may know besides itself; packages of this project only. */
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          knows("wire", CRYPTO + "Suite", BATCH + "Zone"),
          knows("routing"),
          knows("offload", BATCH),
          knows("session", "wire", CRYPTO),
          knows("handshake", "wire", CRYPTO),
          knows("peer"),
          knows("rotation", CRYPTO),
          knows("link", "session", "routing", "wire"),
          knows("engine", "link", "session", "routing", "offload", "wire", BATCH),
          knows(
              "association/host",
              "link",
              "peer",
              "handshake",
              "session",
              "routing",
              "wire",
              CRYPTO),
          knows("association/way", "association/host", "link", "session", "wire", CRYPTO),
          knows(
              "association/live",
              "association/host",
              "association/way",
              "link",
              "peer",
              "handshake",
              "session",
              "wire",
              CRYPTO),
          knows(
              "association/size",
              "association/host",
              "association/live",
              "link",
              "session",
              "wire",
              CRYPTO),
          knows(
              "association/contact",
              "association/host",
              "link",
              "handshake",
              "session",
              "wire",
              CRYPTO),
          knows(
              "association",
              "association/contact",
              "association/host",
              "association/live",
              "association/size",
              "association/way",
              "link",
              "peer",
              "handshake",
              "session",
              "routing",
              "wire",
              CRYPTO));

  private static Map.Entry<String, Set<String>> knows(String name, String... others) {
    return Map.entry(name, Set.of(others));
  }

  /** The shell around the protocol, from below: what a package must not know. */
  private static final Map<String, Set<String>> MUST_NOT_KNOW =
      Map.of(
          "library", Set.of("config", "io", "host", "control", "node", "cli"),
          "log", Set.of("config", "io", "host", "control", "node", "cli"),
          "config", Set.of("io", "host", "control", "node", "cli"),
          "io", Set.of("host", "control", "node", "cli"),
          "host", Set.of("config", "control", "node", "cli"),
          "control", Set.of("io", "host", "node", "cli"),
          "node", Set.of("cli"));

  /** Classes and packages that mean a thread, a lock, a socket, a file, a clock or randomness. */
  private static final List<String> FORBIDDEN =
      List.of(
          "java/lang/Thread",
          "java/lang/Process",
          "java/lang/Runtime",
          "java/util/concurrent/",
          "java/util/Timer",
          "java/net/",
          "java/nio/file/",
          "java/nio/channels/",
          "java/io/",
          "java/time/",
          "java/util/Date",
          "java/util/Calendar",
          "java/util/Random",
          "java/util/SplittableRandom",
          "java/util/random/",
          "java/util/UUID",
          "java/security/SecureRandom",
          "org/bouncycastle/crypto/prng/");

  private static final List<String> ALLOWED =
      List.of(
          "java/util/concurrent/atomic/",
          // A length of time, not a clock.
          "java/time/Duration",
          "java/net/InetAddress",
          "java/net/UnknownHostException",
          "java/io/Serializable",
          // A key that refuses to be written.
          "java/io/ObjectOutputStream",
          "java/io/NotSerializableException");

  private static final Set<String> FORBIDDEN_CALLS =
      Set.of(
          "java/lang/System.nanoTime",
          "java/lang/System.currentTimeMillis",
          "java/lang/System.exit",
          "java/lang/Math.random",
          "java/lang/Object.wait",
          "java/lang/Object.notify",
          "java/lang/Object.notifyAll");

  private static String packageOf(String internalName) {
    String rest = internalName.substring(TUNNEL.length());
    return rest.contains("/") ? rest.substring(0, rest.lastIndexOf('/')) : "";
  }

  private static boolean mayKnow(String from, String type) {
    if (type.startsWith(TUNNEL)) {
      String to = packageOf(type);
      return to.equals(from) || MAY_KNOW.get(from).contains(to);
    }
    return MAY_KNOW.get(from).stream()
        .anyMatch(a -> a.endsWith("/") ? type.startsWith(a) : type.equals(a));
  }

  private static boolean pure(ClassModel c) {
    String name = c.thisClass().asInternalName();
    return name.startsWith(CRYPTO)
        || name.startsWith(BATCH)
        || (name.startsWith(TUNNEL) && MAY_KNOW.containsKey(packageOf(name)));
  }

  private static List<ClassModel> pureClasses() throws IOException, URISyntaxException {
    List<ClassModel> out = new ArrayList<>();
    Classes.beside(Codec.class).values().stream().filter(ArchitectureTest::pure).forEach(out::add);
    int tunnel = out.size();
    Classes.beside(Suite.class).values().stream().filter(ArchitectureTest::pure).forEach(out::add);
    assertTrue(tunnel > 80 && out.size() - tunnel > 20, "classes found: " + out.size());
    int all = out.size();
    Classes.beside(PacketBatch.class).values().stream()
        .filter(ArchitectureTest::pure)
        .forEach(out::add);
    assertTrue(out.size() - all >= 3, "batches found: " + (out.size() - all));
    return out;
  }

  private static void none(List<String> wrong) {
    assertEquals(List.of(), wrong, () -> "\n" + String.join("\n", wrong));
  }

  @Test
  void packagesKnowOnlyThoseBelowThem() throws IOException, URISyntaxException {
    List<String> wrong = new ArrayList<>();
    for (ClassModel c : pureClasses()) {
      String name = c.thisClass().asInternalName();
      for (String type : Classes.types(c)) {
        if (!type.startsWith("org/ipae/")) {
          continue;
        }
        boolean allowed =
            name.startsWith(TUNNEL)
                ? mayKnow(packageOf(name), type)
                : type.startsWith(name.startsWith(CRYPTO) ? CRYPTO : BATCH);
        if (!allowed) {
          wrong.add(name + " knows " + type);
        }
      }
    }
    none(wrong);
  }

  @Test
  void theShellKnowsNothingAboveIt() throws IOException, URISyntaxException {
    List<String> wrong = new ArrayList<>();
    Set<String> met = new TreeSet<>();
    for (ClassModel c : Classes.beside(Codec.class).values()) {
      String name = c.thisClass().asInternalName();
      Set<String> forbidden = name.startsWith(TUNNEL) ? MUST_NOT_KNOW.get(packageOf(name)) : null;
      if (forbidden == null) {
        continue;
      }
      met.add(packageOf(name));
      for (String type : Classes.types(c)) {
        if (type.startsWith(TUNNEL) && forbidden.contains(packageOf(type))) {
          wrong.add(name + " knows " + type);
        }
      }
    }
    none(wrong);
    assertEquals(MUST_NOT_KNOW.keySet(), met);
  }

  @Test
  void theProtocolHasNoThreadLockSocketFileClockOrRandomnessOfItsOwn()
      throws IOException, URISyntaxException {
    List<String> wrong = new ArrayList<>();
    for (ClassModel c : pureClasses()) {
      String name = c.thisClass().asInternalName();
      for (String type : Classes.types(c)) {
        if (FORBIDDEN.stream().anyMatch(type::startsWith)
            && ALLOWED.stream().noneMatch(type::startsWith)) {
          wrong.add(name + " uses " + type);
        }
      }
      for (PoolEntry e : c.constantPool()) {
        if (e instanceof MemberRefEntry m) {
          String call = m.owner().asInternalName() + "." + m.name().stringValue();
          if (FORBIDDEN_CALLS.contains(call)) {
            wrong.add(name + " calls " + call);
          }
        }
      }
      for (MethodModel m : c.methods()) {
        if (m.flags().has(AccessFlag.SYNCHRONIZED) || locks(m)) {
          wrong.add(name + "." + m.methodName().stringValue() + " locks");
        }
      }
    }
    none(wrong);
  }

  private static boolean locks(MethodModel m) {
    if (m.code().isEmpty()) {
      return false;
    }
    for (CodeElement e : m.code().orElseThrow()) {
      if (e instanceof MonitorInstruction) {
        return true;
      }
    }
    return false;
  }

  @Test
  void noStaticFieldCanChange() throws IOException, URISyntaxException {
    List<String> wrong = new ArrayList<>();
    for (ClassModel c : pureClasses()) {
      for (FieldModel f : c.fields()) {
        if (f.flags().has(AccessFlag.STATIC) && !f.flags().has(AccessFlag.FINAL)) {
          wrong.add(c.thisClass().asInternalName() + "." + f.fieldName().stringValue());
        }
      }
    }
    none(wrong);
  }
}
