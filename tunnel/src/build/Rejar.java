// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar of a dependency and takes out what the distribution does not need: modules of the JDK
 * that only unused parts require, signatures, files. Classes older than Java 6 can be lifted to 17:
 * AOT caches have no room for them. Two runs are equal byte for byte.
 *
 * <pre>
 * java Rejar.java IN SHA256 OUT TIMESTAMP [drop=MODULE | without=PREFIX | lift]...
 * </pre>
 */
public final class Rejar {
  private static final int LIFTED = 61;

  private Rejar() {}

  public static void main(String[] args) throws Exception {
    Path in = Path.of(args[0]);
    String sha =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(in)));
    if (!sha.equals(args[1])) {
      throw new IOException(in + " has SHA-256 " + sha + ", expected " + args[1]);
    }
    LocalDateTime time =
        ZonedDateTime.parse(args[3]).withZoneSameInstant(ZoneOffset.UTC).toLocalDateTime();
    Set<String> dropped = new HashSet<>();
    Set<String> without = new HashSet<>(Set.of("META-INF/MANIFEST.MF"));
    boolean lift = false;
    for (String a : List.of(args).subList(4, args.length)) {
      String value = a.substring(a.indexOf('=') + 1);
      switch (a.substring(0, a.length() - value.length())) {
        case "drop=" -> dropped.add(value);
        case "without=" -> without.add(value);
        default -> lift = true;
      }
    }
    TreeMap<String, byte[]> out = new TreeMap<>();
    boolean multi = false;
    try (ZipFile zip = new ZipFile(in.toFile());
        URLClassLoader loader = new URLClassLoader(new URL[] {in.toUri().toURL()})) {
      for (ZipEntry e : zip.stream().toList()) {
        String name = e.getName();
        boolean signature = name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)");
        if (e.isDirectory() || signature || without.stream().anyMatch(name::startsWith)) {
          continue;
        }
        multi |= name.startsWith("META-INF/versions/");
        byte[] bytes;
        try (InputStream i = zip.getInputStream(e)) {
          bytes = i.readAllBytes();
        }
        if (name.endsWith("module-info.class")) {
          bytes = requiring(bytes, dropped);
        } else if (lift && name.endsWith(".class")) {
          bytes = lifted(bytes, loader);
        }
        out.put(name, bytes);
      }
    }
    String manifest = "Manifest-Version: 1.0\r\n" + (multi ? "Multi-Release: true\r\n" : "") + "\r\n";
    Path to = Path.of(args[2]);
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (ZipOutputStream z = new ZipOutputStream(Files.newOutputStream(to))) {
      put(z, "META-INF/MANIFEST.MF", manifest.getBytes(), time);
      for (var e : out.entrySet()) {
        put(z, e.getKey(), e.getValue(), time);
      }
    }
  }

  private static void put(ZipOutputStream z, String name, byte[] bytes, LocalDateTime time)
      throws IOException {
    ZipEntry e = new ZipEntry(name);
    e.setTimeLocal(time);
    z.putNextEntry(e);
    z.write(bytes);
    z.closeEntry();
  }

  private static byte[] requiring(byte[] bytes, Set<String> dropped) {
    return ClassFile.of()
        .transformClass(
            ClassFile.of().parse(bytes),
            (b, e) -> {
              if (e instanceof ModuleAttribute m) {
                List<ModuleRequireInfo> left =
                    m.requires().stream()
                        .filter(r -> !dropped.contains(r.requires().name().stringValue()))
                        .toList();
                b.with(
                    ModuleAttribute.of(
                        m.moduleName(),
                        m.moduleFlagsMask(),
                        m.moduleVersion().orElse(null),
                        left,
                        m.exports(),
                        m.opens(),
                        m.uses(),
                        m.provides()));
              } else {
                b.with(e);
              }
            });
  }

  private static byte[] lifted(byte[] bytes, ClassLoader loader) {
    ClassFile classes =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassModel model = classes.parse(bytes);
    if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
      return bytes;
    }
    ClassTransform version =
        (b, e) -> {
          if (e instanceof ClassFileVersion) {
            b.withVersion(LIFTED, 0);
          } else {
            b.with(e);
          }
        };
    return classes.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }
}
