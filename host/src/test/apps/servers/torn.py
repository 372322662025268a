"""tornado as a program of its own, found on PATH; on the same port as all others here."""

import subprocess
import textwrap

import modal

image = modal.Image.debian_slim().pip_install("aiohttp==3.13.2", "tornado==6.5.2")
app = modal.App("torn", image=image)

SERVER = textwrap.dedent(
    """
    import asyncio
    import tornado.web
    import tornado.websocket

    class Hello(tornado.web.RequestHandler):
        def get(self):
            self.write({"hello": "tornado", "forwarded": self.request.headers.get_list("X-Forwarded-Prefix")})

        def post(self):
            self.write({"length": len(self.request.body)})

    class Echo(tornado.websocket.WebSocketHandler):
        def on_message(self, message):
            self.write_message("tornado " + message)

    async def main():
        tornado.web.Application([("/", Hello), ("/ws", Echo)]).listen(8000)
        await asyncio.Event().wait()

    asyncio.run(main())
    """
)


@app.function()
@modal.concurrent(max_inputs=20)
@modal.web_server(8000, startup_timeout=180)
def web():
    subprocess.Popen(["python", "-c", SERVER])
