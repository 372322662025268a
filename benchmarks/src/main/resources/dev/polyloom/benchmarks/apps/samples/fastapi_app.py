from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def saved():
    return {"save": @SAVE@}
