import modal

app = modal.App()

@app.function()
@modal.web_endpoint()
def f():
    return "Hello world!"
