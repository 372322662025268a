"""What runs inside an isolate: the event loop, the protocol drivers, and the entry that Java calls.

``boot``      the entry: one ``Runtime`` per context, called by the owner thread
``heads``     heads of requests and responses as flat strings
``service``   an ASGI application in a replica: its lifespan and its tasks
``loop``      an asyncio loop that waits on the owner thread's mailbox
``lifespan``  ASGI lifespan, once a replica
``asgi``      HTTP requests for ASGI applications
``websocket`` WebSocket connections for ASGI applications
``wsgi``      HTTP requests for WSGI applications
``errors``    exceptions in the author's terms

Only strings, numbers, ``bytes`` and the objects of ``_host`` cross to Java, and only on the owner thread.
"""
