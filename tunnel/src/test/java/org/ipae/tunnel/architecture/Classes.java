// SPDX-License-Identifier: Apache-2.0
package org.ipae.tunnel.architecture;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Compiled classes, read from where they stand. */
final class Classes {
  private static final Pattern TYPE = Pattern.compile("L([^;<]+)[;<]");

  private Classes() {}

  /** The classes that stand beside a known one in its module, by internal name. */
  static Map<String, ClassModel> beside(Class<?> known) throws IOException, URISyntaxException {
    String file = known.getName().replace('.', '/') + ".class";
    URI uri = known.getResource("/" + file).toURI();
    Map<String, ClassModel> out = new TreeMap<>();
    if (uri.getScheme().equals("jar")) {
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        read(jar.getPath("/"), out);
      }
    } else {
      Path root = Path.of(uri);
      for (int i = file.split("/").length; i > 0; i--) {
        root = root.getParent();
      }
      read(root, out);
    }
    return out;
  }

  private static void read(Path root, Map<String, ClassModel> out) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path p : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel c = ClassFile.of().parse(Files.readAllBytes(p));
        out.put(c.thisClass().asInternalName(), c);
      }
    }
  }

  /** Internal names of all types that a class refers to in code, signatures and descriptors. */
  static Set<String> types(ClassModel c) {
    Set<String> out = new TreeSet<>();
    for (PoolEntry e : c.constantPool()) {
      if (e instanceof ClassEntry t) {
        String name = t.asInternalName();
        out.add(name);
        collect(name, out);
      } else if (e instanceof NameAndTypeEntry t) {
        collect(t.type().stringValue(), out);
      }
    }
    c.fields().forEach(f -> collect(f.fieldType().stringValue(), out));
    c.methods().forEach(m -> collect(m.methodType().stringValue(), out));
    out.removeIf(n -> n.startsWith("["));
    return out;
  }

  private static void collect(String descriptor, Set<String> out) {
    Matcher m = TYPE.matcher(descriptor);
    while (m.find()) {
      out.add(m.group(1));
    }
  }
}
