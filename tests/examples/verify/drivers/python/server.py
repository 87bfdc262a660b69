"""Serve one of the applications, its clock, tolerance and secrets set by each request.

With `real` as second word they are the application's own.
"""

import importlib
import os
import sys

module, own = importlib.import_module(sys.argv[1]), "real" in sys.argv
port = int(os.environ["PORT"])


def set_up(now, tolerance, secrets):
    module.now_ms = lambda: int(now)
    module.TOLERANCE_MS = int(tolerance) * 1000
    module.SECRETS = [bytes.fromhex(secret) for secret in secrets.split(",")]


def wsgi(application):
    def driven(environ, start_response):
        if not own:
            set_up(*(environ[f"HTTP_VECTOR_{name}"] for name in ("NOW", "TOLERANCE", "SECRETS")))
        return application(environ, start_response)

    return driven


def asgi(application):
    async def driven(scope, receive, send):
        if not own and scope["type"] == "http":
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            set_up(*(headers[name] for name in (b"vector-now", b"vector-tolerance", b"vector-secrets")))
        await application(scope, receive, send)

    return driven


if module.__name__ == "fastapi_app":
    import uvicorn

    uvicorn.run(asgi(module.app), port=port, log_level="warning")
else:
    import waitress

    if module.__name__ == "django_views":
        from site_of_django import application
    else:
        application = module.app
    waitress.serve(wsgi(application), listen=f"127.0.0.1:{port}", threads=2)
