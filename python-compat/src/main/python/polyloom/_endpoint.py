"""Wraps a plain function in a FastAPI application with the one route ``/``.

So a web endpoint has FastAPI's request and response semantics: typed parameters, bodies, dependencies, validation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

_ASSETS = "/_polyloom/swagger-ui"


def fastapi_app(function: Callable[..., Any], *, method: str, docs: bool, cors: bool, title: str) -> FastAPI:
    """Makes the application. With ``docs`` its page uses assets from the host, so that it works offline."""
    from fastapi import FastAPI

    app = FastAPI(title=title, openapi_url="/openapi.json" if docs else None, docs_url=None, redoc_url=None)
    if cors:
        from fastapi.middleware.cors import CORSMiddleware

        app.add_middleware(
            CORSMiddleware, allow_origins=["*"], allow_credentials=True, allow_methods=["*"], allow_headers=["*"]
        )
    app.add_api_route("/", function, methods=[method])
    app.add_exception_handler(Exception, _problem)
    if docs:
        _add_docs(app)
    return app


async def _problem(_request: Any, error: Exception) -> Any:
    """A fault of the function as a problem (RFC 9457); the host logs it with its traceback."""
    from fastapi.responses import JSONResponse

    reason = f"{type(error).__name__}: {error}".strip()
    problem = {"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": reason}
    return JSONResponse(problem, 500, media_type="application/problem+json")


def _add_docs(app: FastAPI) -> None:
    from fastapi import Request
    from fastapi.openapi.docs import get_swagger_ui_html
    from fastapi.responses import HTMLResponse

    async def docs_page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        return get_swagger_ui_html(
            openapi_url=root + "/openapi.json",
            title=app.title,
            swagger_js_url=_ASSETS + "/swagger-ui-bundle.js",
            swagger_css_url=_ASSETS + "/swagger-ui.css",
            swagger_favicon_url=_ASSETS + "/favicon-32x32.png",
        )

    app.add_route("/docs", docs_page, include_in_schema=False)
