"""Carries WebSockets that clients open over HTTP/1.1 to a server over HTTP/2 (RFC 8441), frames as they are.

``bridge.py PORT_OF_SERVER``; prints the port that it listens on. For clients that do not speak HTTP/2 themselves.
"""

import asyncio
import base64
import hashlib
import sys

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h2.settings

HOST = "127.0.0.1"
PIECE = 16_384
# Fields of the handshake that HTTP/2 says in another way, or not at all.
DROPPED = {"connection", "upgrade", "host", "sec-websocket-key"}


class Stream:
    """One stream on one connection to the server."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.http2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.head = asyncio.get_running_loop().create_future()
        self.allowed = asyncio.Event()
        self.window = asyncio.Event()

    async def open(self, fields):
        self.http2.initiate_connection()
        self.flush()
        await self.allowed.wait()
        self.http2.send_headers(1, fields)
        self.flush()

    def flush(self):
        self.writer.write(self.http2.data_to_send())

    async def run(self, to_client):
        """Hands on what comes until the server has no more to say."""
        try:
            while data := await self.reader.read(65_536):
                for event in self.http2.receive_data(data):
                    if not await self.handle(event, to_client):
                        return
                self.flush()
        finally:
            self.allowed.set()
            self.window.set()
            if not self.head.done():
                self.head.set_result(None)

    async def handle(self, event, to_client):
        match event:
            case h2.events.RemoteSettingsChanged():
                changed = event.changed_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL)
                if changed is not None and changed.new_value == 1:
                    self.allowed.set()
                self.window.set()
            case h2.events.WindowUpdated():
                self.window.set()
            case h2.events.ResponseReceived():
                self.head.set_result(dict(event.headers))
            case h2.events.DataReceived():
                to_client.write(event.data)
                self.http2.acknowledge_received_data(event.flow_controlled_length, 1)
                self.flush()
                await to_client.drain()
            case h2.events.StreamEnded() | h2.events.StreamReset() | h2.events.ConnectionTerminated():
                return False
        return True

    async def send(self, data):
        while data:
            room = min(self.http2.local_flow_control_window(1), self.http2.max_outbound_frame_size, len(data))
            if room == 0:
                self.window.clear()
                await self.window.wait()
                continue
            self.http2.send_data(1, data[:room])
            data = data[room:]
            self.flush()
            await self.writer.drain()


async def serve(reader, writer, port):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    _, path, _ = head[0].split(" ")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])}
    stream = Stream(*await asyncio.open_connection(HOST, port))
    receiving = asyncio.create_task(stream.run(writer))
    sending = None
    try:
        asked = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"), (":path", path)]
        asked += [(":authority", fields["host"])]
        await stream.open(asked + [(name, value) for name, value in fields.items() if name not in DROPPED])
        answer = await stream.head
        if answer is None or answer[":status"] != "200":
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
            return
        writer.write(handshake(fields["sec-websocket-key"], answer))
        sending = asyncio.create_task(forward(reader, stream))
        await receiving
        await writer.drain()
    finally:
        for task in (receiving, sending):
            if task is not None:
                task.cancel()
        writer.close()
        stream.writer.close()


async def forward(reader, stream):
    while data := await reader.read(PIECE):
        await stream.send(data)
    stream.http2.end_stream(1)
    stream.flush()


def handshake(key, answer):
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    lines.append("Sec-WebSocket-Accept: " + base64.b64encode(digest).decode())
    lines += [f"{name}: {value}" for name, value in answer.items() if name.startswith("sec-websocket-")]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def main():
    port = int(sys.argv[1])
    # The loop itself forgets tasks whose connection has been lost.
    running = set()

    async def connected(reader, writer):
        running.add(asyncio.current_task())
        try:
            await serve(reader, writer, port)
        except (OSError, EOFError, h2.exceptions.ProtocolError) as e:
            print("a connection broke:", repr(e), file=sys.stderr)
        finally:
            running.discard(asyncio.current_task())

    server = await asyncio.start_server(connected, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
