// SPDX-License-Identifier: Apache-2.0
package dev.polyloom.host.terminal;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** Brings log events to the {@link Terminal}. */
public final class TerminalAppender extends AppenderBase<ILoggingEvent> {

    private final Terminal terminal;

    private TerminalAppender(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Sends the whole process's log to the terminal and nowhere else. Only a program that is the
     * host does so; an embedding program keeps its own logging.
     *
     * @param level the least grave level of our own events that is shown; libraries' events are
     *     shown from WARN on
     */
    public static void install(Terminal terminal, Line.Level level) {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var appender = new TerminalAppender(terminal);
        appender.setContext(context);
        appender.setName("terminal");
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        var own = logback(level);
        root.setLevel(own.isGreaterOrEqual(Level.WARN) ? own : Level.WARN);
        context.getLogger("dev.polyloom").setLevel(own);
    }

    /** Detaches the log from the terminal. */
    public static void uninstall() {
        ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
    }

    private static Level logback(Line.Level level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    @Override
    protected void append(ILoggingEvent event) {
        var thrown = event.getThrowableProxy();
        terminal.show(
                new Line.Log(
                        event.getInstant(),
                        ours(event.getLevel()),
                        event.getLoggerName(),
                        event.getFormattedMessage(),
                        thrown == null
                                ? Optional.empty()
                                : Optional.of(ThrowableProxyUtil.asString(thrown)),
                        event.getMDCPropertyMap()));
    }

    private static Line.Level ours(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return Line.Level.ERROR;
        }
        if (level.isGreaterOrEqual(Level.WARN)) {
            return Line.Level.WARN;
        }
        return level.isGreaterOrEqual(Level.INFO) ? Line.Level.INFO : Line.Level.DEBUG;
    }
}
