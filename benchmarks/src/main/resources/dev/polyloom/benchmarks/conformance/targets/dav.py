"""A WebDAV share with locks and properties."""

import tempfile

from wsgidav.wsgidav_app import WsgiDAVApp

folder = tempfile.mkdtemp(prefix="polyloom-dav-")
app = WsgiDAVApp(
    {
        "provider_mapping": {"/": folder},
        "simple_dc": {"user_mapping": {"*": True}},
        "http_authenticator": {"domain_controller": None},
        "lock_storage": True,
        "property_manager": True,
        "logging": {"enable": False},
        "verbose": 1,
    }
)
