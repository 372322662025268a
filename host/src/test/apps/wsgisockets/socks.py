"""Flask-Sock: WebSockets in a WSGI application, one connection to a replica and several."""

import threading

import modal

image = modal.Image.debian_slim().pip_install("flask-sock==0.7.0")
app = modal.App("socks", image=image)


def make():
    from flask import Flask, abort, request
    from flask_sock import Sock

    web = Flask(__name__)
    web.config["SOCK_SERVER_OPTIONS"] = {"subprotocols": ["chat"], "ping_interval": 20}
    sock = Sock(web)
    lock = threading.Lock()
    room = []
    served = []

    @web.before_request
    def count():
        served.append(request.path)
        if "secret" in request.args:
            abort(401, "who are you?")

    @web.get("/")
    def state():
        return {"served": len(served), "room": len(room)}

    @sock.route("/echo")
    def echo(ws):
        while True:
            message = ws.receive()
            if message == "bye":
                ws.close(4001, "see you")
                return
            if message == "return":
                return
            if message == "raise":
                raise ValueError("on purpose")
            ws.send("echo " + message if isinstance(message, str) else message)

    @sock.route("/about")
    def about(ws):
        environ = request.environ
        ws.send(" ".join([environ["wsgi.url_scheme"], request.path, request.args["a"], str(ws.subprotocol)]))

    @sock.route("/room")
    def talk(ws):
        with lock:
            room.append(ws)
        try:
            ws.send("in")
            while True:
                message = ws.receive()
                with lock:
                    for other in room:
                        other.send(message)
        finally:
            with lock:
                room.remove(ws)

    return web


@app.function(max_containers=1)
@modal.wsgi_app()
def single():
    return make()


@app.function(max_containers=1)
@modal.concurrent(max_inputs=20)
@modal.wsgi_app()
def shared():
    return make()
