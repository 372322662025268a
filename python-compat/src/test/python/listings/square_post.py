import modal

app = modal.App()

@app.function()
@modal.web_endpoint(method="POST")
def square(item: dict):
    return {"square": item['x']**2}
