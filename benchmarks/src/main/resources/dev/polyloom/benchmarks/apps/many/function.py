
@app.function()
@polyloom.fastapi_endpoint(label="many-@NUMBER@-@FUNCTION@")
def f@FUNCTION@(name: str = "world") -> dict[str, str]:
    return {"message": f"Hello, {name} @NUMBER@-@FUNCTION@"}

