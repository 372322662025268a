// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.prepare;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleHashesAttribute;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The modules of a JDK as linkable files: many JDKs ship without any. Confined to one thread.
 *
 * <p>What the linker itself generates is left out, and so are the hashes that tie java.base to the
 * compiler's stub.
 */
final class JdkModules {

    private static final byte[] JMOD_HEADER = {'J', 'M', 1, 0};
    private static final String SPECIES = "java/lang/invoke/BoundMethodHandle$Species_";
    private static final Set<String> LINKERS = Set.of("jlink", "jmod", "jpackage");

    private final Path jdk;

    JdkModules(Path jdk) {
        this.jdk = jdk;
    }

    /** Writes one file a module into the folder and returns the modules' names. */
    List<String> write(Path folder) throws IOException {
        FileSystem runtime = FileSystems.getFileSystem(URI.create("jrt:/"));
        List<String> names = new ArrayList<>();
        for (Path module : list(runtime.getPath("/modules"))) {
            String name = module.getFileName().toString();
            if (wanted(name)) {
                write(name, module, folder.resolve(name + ".jmod"));
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    private static boolean wanted(String module) {
        return !module.startsWith("jdk.graal.compiler")
                && !module.startsWith("jdk.incubator")
                && !module.equals("jdk.jlink")
                && !module.equals("jdk.jpackage");
    }

    private void write(String name, Path module, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            out.write(JMOD_HEADER);
            try (ZipOutputStream zip = new ZipOutputStream(out)) {
                zip.setLevel(Deflater.NO_COMPRESSION);
                addClasses(zip, module);
                if (name.equals("java.base")) {
                    addTree(zip, "bin");
                    addTree(zip, "lib");
                    addTree(zip, "conf");
                }
            }
        }
    }

    private static void addClasses(ZipOutputStream zip, Path module) throws IOException {
        try (Stream<Path> files = Files.walk(module)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = module.relativize(file).toString();
                if (!generated(name)) {
                    byte[] content = Files.readAllBytes(file);
                    boolean descriptor = name.equals("module-info.class");
                    add(zip, "classes/" + name, descriptor ? withoutHashes(content) : content);
                }
            }
        }
    }

    private static boolean generated(String name) {
        return name.startsWith("jdk/internal/module/SystemModules$")
                || (name.startsWith(SPECIES) && !name.equals(SPECIES + "L.class"));
    }

    private static byte[] withoutHashes(byte[] descriptor) {
        ClassFile classFile = ClassFile.of();
        return classFile.transformClass(
                classFile.parse(descriptor),
                ClassTransform.dropping(element -> element instanceof ModuleHashesAttribute));
    }

    private void addTree(ZipOutputStream zip, String folder) throws IOException {
        try (Stream<Path> files = Files.walk(jdk.resolve(folder))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = jdk.relativize(file).toString();
                if (carried(name)) {
                    add(zip, name, Files.readAllBytes(file));
                }
            }
        }
    }

    private static boolean carried(String name) {
        return !name.equals("lib/modules")
                && !name.equals("lib/src.zip")
                && !name.endsWith(".jsa")
                && !(name.startsWith("bin/") && LINKERS.contains(name.substring(4)));
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }
}
