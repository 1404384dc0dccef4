// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.EnclosingMethodAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ipae.crypto.Suite;
import org.ipae.tun.BootClock;
import org.ipae.tunnel.wire.Codec;
import org.junit.jupiter.api.Test;

/**
 * Reads the compiled classes of all modules: what nobody but a test refers to is dead. Private
 * methods are the compiler's business. By name, owner and number of arguments, so that a call
 * through a supertype or a method reference counts.
 */
class DeadCodeTest {
  private static final String OURS = "org/ipae/";

  /** What lives without a caller, by the reason. Without packages: classes move. */
  private static final Map<String, Set<String>> ALIVE =
      Map.of(
          "the process begins here",
          Set.of("Main", "Main.main"),
          "what a test must see of the inside of a thing",
          Set.of(
              "Secret.closed",
              "ControlPlane.publicKeyOperations",
              "InitParts.size",
              "StrikeRegister.size",
              "TokenBuckets.left",
              "WarmUp.delivered",
              "Segmenter.count",
              "ReceiveLane.packets",
              "SessionTable.size",
              "PeerLink.name",
              "SendLane.suite",
              "HostIdentity.publicKey"),
          "steps of Noise that its vectors and another implementation check",
          Set.of(
              "HandshakeState.mixKey",
              "HandshakeState.remoteEphemeral",
              "KeyPair.decapsulationKey"),
          "short forms for tests and benchmarks",
          Set.of(
              "DatagramBatch.<init>",
              "PacketBatch.<init>",
              "Outbound.packet",
              "ReceiveLane.open",
              "Session.send",
              "Timing.standard"),
          "tests and labs wire hosts with it",
          Set.of("Netlink.linkIndex", "Netlink.removeAddress"),
          "the drops of the interface count the same",
          Set.of("Tun.writeErrors", "LinuxTun.writeErrors"));

  private final Map<String, ClassModel> classes = new TreeMap<>();
  private final Set<String> usedClasses = new HashSet<>();
  private final Set<String> calls = new HashSet<>(); // owner.name/arguments

  private void load() throws IOException, URISyntaxException {
    for (Class<?> known : List.of(Codec.class, BootClock.class, Suite.class)) {
      classes.putAll(Classes.beside(known));
    }
    classes.keySet().removeIf(n -> !n.startsWith(OURS) || n.endsWith("package-info"));
    assertTrue(classes.size() > 200, "classes found: " + classes.size());
    for (ClassModel c : classes.values()) {
      String own = outermost(name(c));
      for (String type : Classes.types(c)) {
        if (!outermost(type).equals(own)) {
          usedClasses.add(outermost(type));
        }
      }
      for (PoolEntry e : c.constantPool()) {
        if (e instanceof MemberRefEntry m && m.type().stringValue().startsWith("(")) {
          int arguments = MethodTypeDesc.ofDescriptor(m.type().stringValue()).parameterCount();
          calls.add(m.owner().asInternalName() + "." + m.name().stringValue() + "/" + arguments);
        }
      }
    }
  }

  private static String name(ClassModel c) {
    return c.thisClass().asInternalName();
  }

  private static String outermost(String type) {
    int nested = type.indexOf('$');
    return nested < 0 ? type : type.substring(0, nested);
  }

  private static String key(MethodModel m) {
    return m.methodName().stringValue() + "/" + m.methodTypeSymbol().parameterCount();
  }

  /** Our own types above a type, and whether a foreign one besides Object and Record is there. */
  private boolean above(String type, Set<String> out) {
    ClassModel c = classes.get(type);
    if (c == null) {
      return !Set.of("java/lang/Object", "java/lang/Record", "java/lang/Enum").contains(type);
    }
    boolean foreign = false;
    List<ClassEntry> direct = new ArrayList<>(c.interfaces());
    c.superclass().ifPresent(direct::add);
    for (ClassEntry s : direct) {
      if (out.add(s.asInternalName())) {
        foreign |= above(s.asInternalName(), out);
      }
    }
    return foreign;
  }

  /** All types whose call may land in a method of this one: it, those above, those below. */
  private Set<String> related(String type) {
    Set<String> out = new HashSet<>(Set.of(type));
    above(type, out);
    for (String other : classes.keySet()) {
      Set<String> up = new HashSet<>();
      above(other, up);
      if (up.contains(type)) {
        out.add(other);
      }
    }
    return out;
  }

  /** Whether a foreign type above declares it, as far as the name tells. */
  private boolean overridesForeign(ClassModel c, MethodModel m) {
    Set<String> up = new HashSet<>(Set.of("java/lang/Object"));
    above(name(c), up);
    for (String type : up) {
      if (!classes.containsKey(type)) {
        try {
          for (var method : Class.forName(type.replace('/', '.')).getMethods()) {
            if (method.getName().equals(m.methodName().stringValue())
                && method.getParameterCount() == m.methodTypeSymbol().parameterCount()) {
              return true;
            }
          }
        } catch (ClassNotFoundException | LinkageError e) {
          return true; // nobody can tell
        }
      }
    }
    return false;
  }

  /** What the compiler makes, what a record has by its components, what frameworks call. */
  private boolean exempt(ClassModel c, MethodModel m) {
    String method = m.methodName().stringValue();
    boolean constructor = method.equals("<init>");
    boolean record = c.findAttribute(Attributes.record()).isPresent();
    boolean accessor =
        record
            && c.fields().stream().anyMatch(f -> f.fieldName().stringValue().equals(method))
            && m.methodTypeSymbol().parameterCount() == 0;
    boolean enumeration = c.flags().has(AccessFlag.ENUM);
    return m.flags().has(AccessFlag.PRIVATE)
        || m.flags().has(AccessFlag.SYNTHETIC)
        || m.flags().has(AccessFlag.BRIDGE)
        || method.equals("<clinit>")
        || accessor
        || enumeration && (constructor || Set.of("values", "valueOf").contains(method))
        || record && constructor
        || constructor && annotated(c)
        || constructor && anonymous(c);
  }

  private static boolean annotated(ClassModel c) {
    return c.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(a -> a.annotations().stream())
        .anyMatch(a -> a.className().stringValue().startsWith("Lpicocli/"));
  }

  private static boolean anonymous(ClassModel c) {
    return c.findAttribute(Attributes.enclosingMethod())
        .map(EnclosingMethodAttribute::enclosingClass)
        .isPresent();
  }

  private static boolean alive(String what) {
    String name = what.substring(Math.max(what.lastIndexOf('/'), what.lastIndexOf('$')) + 1);
    return ALIVE.values().stream().anyMatch(names -> names.contains(name));
  }

  @Test
  void everyClassAndMethodIsUsedByMoreThanTests() throws IOException, URISyntaxException {
    load();
    List<String> dead = new ArrayList<>();
    for (ClassModel c : classes.values()) {
      String type = name(c);
      if (type.equals(outermost(type))
          && !c.flags().has(AccessFlag.MODULE)
          && !annotated(c) // a command of picocli, named in the annotation of its parent
          && !usedClasses.contains(type)
          && !alive(type)) {
        dead.add(type);
        continue;
      }
      Set<String> related = related(type);
      for (MethodModel m : c.methods()) {
        String what = type + "." + m.methodName().stringValue();
        boolean used =
            exempt(c, m)
                || related.stream().anyMatch(t -> calls.contains(t + "." + key(m)))
                || overridesForeign(c, m);
        if (!used && !alive(what)) {
          dead.add(what + m.methodType().stringValue());
        }
      }
    }
    assertEquals(
        List.of(), dead, () -> "delete it, or give a reason in ALIVE:\n" + String.join("\n", dead));
  }
}
