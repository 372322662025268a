"""The Java objects that the runtime is given; the seam, written down so that both sides can be checked.

A *flat* string holds fields separated by NUL, its characters being bytes (ISO-8859-1).
"""

class Mailbox:
    def deliver(self) -> bool:
        """Runs waiting deliveries; whether there were any."""
    def rest(self, timeout: float) -> None:
        """Waits for a delivery at most ``timeout`` seconds; negative for as long as allowed."""
    def wake(self) -> None:
        """Makes a ``rest`` under way in another thread return."""
    def end(self) -> None:
        """Lets no further input begin; says so before anyone hears why."""
    def wakePort(self) -> int:
        """Opens a loopback port; what connects to it is sent a byte for each delivery while ``armed``."""
    def arm(self) -> bool:
        """Starts sending bytes; False when deliveries are waiting already."""
    def disarm(self) -> None:
        """Stops sending bytes."""

class Exchange:
    def unwanted(self) -> bool:
        """Whether its code may be interrupted, because nobody waits for it any more."""
    def apart(self, runs: bool) -> None:
        """Whether the calling thread, which is not the owner, runs its code from now on."""
    def respond(self, status: int, headers: str, body: bytes) -> None:
        """Sends a whole response."""
    def respondText(self, status: int, headers: str, text: str) -> None:
        """Sends a whole response whose body is ASCII."""
    def reason(self, status: int, phrase: str) -> None:
        """Gives the words for a status, before a response that has it."""
    def start(self, status: int, headers: str) -> None:
        """Starts a response."""
    def respondFile(self, status: int, headers: str, path: str) -> None:
        """Sends a file as a whole response, or the range of it that the client asks for."""
    def hint(self, headers: str) -> None:
        """Tells the client fields that the response will have."""
    def write(self, piece: bytes) -> bool:
        """Queues a piece of the body; False when the caller should wait for ``on_drained``."""
    def writeAndWait(self, piece: bytes) -> bool:
        """Queues a piece and blocks while the client is slow; False when the client has gone."""
    def finish(self) -> None:
        """Ends the body."""
    def finishWith(self, trailers: str) -> None:
        """Ends the body with fields after it."""
    def bodyAtHand(self) -> str | None:
        """The whole request body as ISO-8859-1 if all of it has come and none was read. Returns at once."""
    def pull(self) -> None:
        """Asks for the next piece of the request body; it arrives through ``on_body``."""
    def readAndWait(self) -> str | None:
        """The next piece of the request body as ISO-8859-1, or None at its end; blocks."""
    def bodyEnded(self) -> bool:
        """Whether ``readAndWait`` has come to the body's end, rather than the client having gone."""
    def done(self) -> None:
        """The application has returned."""
    def fail(self, type: str, message: str, file: str | None, line: int, traceback: str) -> None:
        """The application has failed."""

class Socket:
    def unwanted(self) -> bool:
        """Whether its code may be interrupted."""
    def accept(self, subprotocol: str | None, headers: str) -> None:
        """Completes the handshake."""
    def deny(self, status: int, headers: str, body: bytes) -> None:
        """Refuses the handshake."""
    def pull(self) -> None:
        """Asks for the next event; it arrives through ``on_event``."""
    def sendText(self, text: str) -> bool:
        """Queues a text message; False when the caller should wait for ``on_drained``."""
    def sendBytes(self, data: bytes) -> bool:
        """Queues a binary message, likewise."""
    def close(self, code: int, reason: str) -> None:
        """Starts the close handshake."""
    def done(self) -> None:
        """The application has returned."""
    def fail(self, type: str, message: str, file: str | None, line: int, traceback: str) -> None:
        """The application has failed."""

class SocketsEnd:
    def awaitEnd(self, seconds: float) -> bool:
        """Whether the sockets are to be closed now; waits for that."""
    def closed(self) -> None:
        """All have been closed."""

class Control:
    def stats(self, app: str, function: str) -> str:
        """The fields of ``FunctionStats``, or ``error``, as JSON."""
    def update(self, app: str, function: str, change: str) -> str:
        """Puts settings in force; the fields of ``AutoscalerSettings``, or ``error``, as JSON."""

class WsgiSocket:
    def done(self, well: bool) -> None:
        """The application has returned; whether its connection may end without a goodbye, rather than having failed."""
    def fail(self, type: str, message: str, file: str | None, line: int, traceback: str) -> None:
        """The application has failed."""
