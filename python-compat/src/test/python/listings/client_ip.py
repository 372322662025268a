from fastapi import Request

import modal

app = modal.App()


@app.function()
@modal.web_endpoint()
def get_ip_address(request: Request):
    return f"Your IP address is {request.client.host}"
