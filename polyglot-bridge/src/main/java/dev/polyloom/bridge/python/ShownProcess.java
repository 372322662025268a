// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.bridge.python;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program whose output somebody else reads: its starter finds an empty stream, as {@link Process}
 * has it for output that is not piped. GraalPy 25.0 reads the output of every program, asked for or
 * not, and would take a part of it. Thread-safe.
 *
 * @see GuestProcesses
 */
final class ShownProcess extends Process {

    private final Process process;
    private final InputStream output;
    private final InputStream errors;

    ShownProcess(Process process, boolean outputShown, boolean errorsShown) {
        this.process = process;
        this.output = outputShown ? InputStream.nullInputStream() : process.getInputStream();
        this.errors = errorsShown ? InputStream.nullInputStream() : process.getErrorStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return process.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return errors;
    }

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        return process.waitFor(timeout, unit);
    }

    @Override
    public int exitValue() {
        return process.exitValue();
    }

    @Override
    public void destroy() {
        process.destroy();
    }

    @Override
    public Process destroyForcibly() {
        process.destroyForcibly();
        return this;
    }

    @Override
    public boolean supportsNormalTermination() {
        return process.supportsNormalTermination();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return process.onExit().thenApply(_ -> this);
    }

    @Override
    public ProcessHandle toHandle() {
        return process.toHandle();
    }
}
