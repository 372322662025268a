"""Flask: sessions, templates, blueprints, uploads, streams, errors, static files."""

import io

import modal

app = modal.App("flask-site")


@app.function()
@modal.concurrent(max_inputs=1)
@modal.wsgi_app()
def site():
    from flask import Blueprint, Flask, abort, flash, get_flashed_messages, jsonify, redirect
    from flask import render_template_string, request, send_file, session, stream_with_context, url_for

    web = Flask(__name__, static_folder="blog/blog_static", static_url_path="/static")
    web.secret_key = "not a secret"
    pages = Blueprint("pages", __name__, url_prefix="/pages")

    @web.get("/")
    def index():
        return render_template_string("<a href='{{ url_for('pages.page', number=7) }}'>{{ '<>' }}</a>")

    @pages.get("/<int:number>")
    def page(number):
        return jsonify(number=number, args=request.args.to_dict(flat=False))

    web.register_blueprint(pages)

    @web.post("/login")
    def login():
        session["user"] = request.form["user"]
        flash("welcome")
        return redirect(url_for("me"))

    @web.get("/me")
    def me():
        if "user" not in session:
            abort(401)
        return {"user": session["user"], "flashed": get_flashed_messages()}

    @web.post("/upload")
    def upload():
        file = request.files["file"]
        return {"name": file.filename, "size": len(file.read()), "note": request.form["note"]}

    @web.get("/stream")
    def stream():
        def lines():
            for number in range(3):
                yield f"{request.args['word']} {number}\n"

        return stream_with_context(lines()), {"content-type": "text/plain"}

    @web.get("/file")
    def file():
        return send_file(io.BytesIO(b"0123456789"), download_name="ten.txt", conditional=True)

    @web.get("/fail")
    def fail():
        raise ValueError("on purpose")

    @web.errorhandler(ValueError)
    def failed(error):
        return {"error": str(error)}, 422

    @web.after_request
    def mark(response):
        response.headers["x-mark"] = "after"
        return response

    return web
