"""What FastAPI's tutorial teaches, chapter by chapter."""

import contextlib
import time
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated
from uuid import UUID

import modal
from fastapi import APIRouter, BackgroundTasks, Body, Cookie, Depends, FastAPI, File, Form, Header, HTTPException
from fastapi import Path, Query, Request, Response, Security, UploadFile, WebSocket, WebSocketDisconnect, status
from fastapi.encoders import jsonable_encoder
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm, SecurityScopes
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, Field, HttpUrl, field_validator

app = modal.App("fast")
resources = {}
log = []


@contextlib.asynccontextmanager
async def lifespan(_):
    resources["model"] = "loaded"
    yield
    resources.clear()


async def verify_version(x_version: Annotated[str, Header()] = "1"):
    if x_version == "0":
        raise HTTPException(400, "too old")


web = FastAPI(title="Tutorial", lifespan=lifespan, dependencies=[Depends(verify_version)])
web.add_middleware(CORSMiddleware, allow_origins=["https://example.org"], allow_methods=["*"])


@web.middleware("http")
async def add_process_time(request: Request, call_next):
    start = time.perf_counter()
    response = await call_next(request)
    response.headers["x-process-time"] = str(time.perf_counter() - start)
    return response


class Model(str, Enum):
    alexnet = "alexnet"
    resnet = "resnet"


class Image(BaseModel):
    url: HttpUrl
    name: str


class Item(BaseModel):
    name: str = Field(examples=["Foo"], min_length=2)
    price: float = Field(gt=0)
    tags: set[str] = set()
    images: list[Image] | None = None

    @field_validator("name")
    @classmethod
    def no_digits(cls, value):
        if any(c.isdigit() for c in value):
            raise ValueError("digits are not welcome")
        return value


class UserIn(BaseModel):
    username: str
    password: str


class UserOut(BaseModel):
    username: str


@web.get("/models/{model}")
async def model(model: Model):
    return {"model": model, "resource": resources["model"]}


@web.get("/files/{path:path}")
async def file_path(path: str):
    return {"path": path}


@web.get("/items/")
async def items(
    q: Annotated[str | None, Query(min_length=3, pattern="^fixed")] = None,
    tag: Annotated[list[str], Query()] = [],
    skip: int = 0,
    short: bool = False,
):
    return {"q": q, "tag": tag, "skip": skip, "short": short}


@web.put("/items/{item_id}")
async def put(
    item_id: Annotated[int, Path(ge=1, le=1000)], item: Item, importance: Annotated[int, Body(gt=0)], q: str | None = None
):
    return {"item_id": item_id, "item": jsonable_encoder(item), "importance": importance, "q": q}


@web.post("/user/", response_model=UserOut, status_code=status.HTTP_201_CREATED, tags=["users"], summary="Make one")
async def make_user(user: UserIn):
    return user


@web.put("/types/{item_id}")
async def types(
    item_id: UUID, start: Annotated[datetime, Body()], process_after: Annotated[timedelta, Body()]
):
    return {"item_id": item_id, "end": start + process_after}


@web.get("/cookie/")
async def cookie(response: Response, ads_id: Annotated[str | None, Cookie()] = None):
    response.set_cookie("seen", "yes", httponly=True)
    return {"ads_id": ads_id}


@web.post("/form/")
async def form(username: Annotated[str, Form()], password: Annotated[str, Form()]):
    return {"username": username, "length": len(password)}


@web.post("/upload/")
async def upload(file: Annotated[bytes, File()], files: list[UploadFile], token: Annotated[str, Form()]):
    return {"size": len(file), "names": [f.filename for f in files], "token": token}


class UnicornException(Exception):
    def __init__(self, name):
        self.name = name


@web.exception_handler(UnicornException)
async def unicorn_handler(request: Request, error: UnicornException):
    return JSONResponse(status_code=418, content={"message": f"Oops! {error.name} did something."})


@web.get("/unicorns/{name}")
async def unicorn(name: str):
    raise UnicornException(name)


async def database():
    log.append("open")
    try:
        yield "a session"
    finally:
        log.append("closed")


class Pager:
    def __init__(self, skip: int = 0, limit: int = 100):
        self.skip = skip
        self.limit = limit


@web.get("/depends/")
def depends(pager: Annotated[Pager, Depends()], session: Annotated[str, Depends(database)]):
    return {"skip": pager.skip, "limit": pager.limit, "session": session, "log": list(log)}


scheme = OAuth2PasswordBearer(tokenUrl="token", scopes={"me": "read yourself"})


async def current_user(scopes: SecurityScopes, token: Annotated[str, Depends(scheme)]):
    if token != "johndoe-token":
        raise HTTPException(401, "Invalid", headers={"WWW-Authenticate": "Bearer"})
    return {"username": "johndoe", "scopes": scopes.scopes}


@web.post("/token")
async def login(data: Annotated[OAuth2PasswordRequestForm, Depends()]):
    if data.password != "secret":
        raise HTTPException(400, "Incorrect username or password")
    return {"access_token": data.username + "-token", "token_type": "bearer"}


@web.get("/users/me")
async def me(user: Annotated[dict, Security(current_user, scopes=["me"])]):
    return user


@web.post("/notify/{email}")
async def notify(email: str, tasks: BackgroundTasks):
    tasks.add_task(log.append, "mail to " + email)
    return {"message": "sent in the background"}


@web.get("/log")
async def read_log():
    return log


@web.get("/html", response_class=HTMLResponse)
async def html():
    return "<h1>html</h1>"


@web.get("/numbers")
async def numbers():
    async def produce():
        for number in range(5):
            yield f"{number},".encode()

    return StreamingResponse(produce(), media_type="text/csv")


@web.websocket("/ws/{room}")
async def socket(websocket: WebSocket, room: str, token: str | None = None):
    if token is None:
        await websocket.close(code=status.WS_1008_POLICY_VIOLATION)
        return
    await websocket.accept()
    try:
        while True:
            await websocket.send_text(f"{room}/{token}: {await websocket.receive_text()}")
    except WebSocketDisconnect:
        log.append("left " + room)


router = APIRouter(prefix="/admin", tags=["admin"], responses={418: {"description": "I'm a teapot"}})


@router.post("/")
async def admin():
    return {"message": "Admin getting schwifty"}


web.include_router(router)
web.mount("/static", StaticFiles(directory="blog/blog_static"), name="static")
sub = FastAPI()


@sub.get("/sub")
def read_sub(request: Request):
    return {"message": "Hello from sub", "root": request.scope["root_path"]}


web.mount("/subapi", sub)


@app.function()
@modal.concurrent(max_inputs=20)
@modal.asgi_app()
def tutorial():
    return web
