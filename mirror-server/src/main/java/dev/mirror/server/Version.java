package dev.mirror.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mirror version}, and what {@code --version} says. */
@Command(name = "version", description = "Say which mirror this is, and on which Java it runs.")
final class Version implements IVersionProvider, Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "mirror " + (version == null ? "from sources" : version),
            "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
        };
    }

    @Override
    public void run() {
        for (String line : getVersion()) {
            spec.commandLine().getOut().println(line);
        }
    }
}
