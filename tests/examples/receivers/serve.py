"""Serve an example on a free port: `python serve.py shop_flask`. The first line printed is the port."""

import importlib
import logging
import socket
import sys

import uvicorn
import waitress

module = importlib.import_module(sys.argv[1])
logging.disable()  # a traceback that a test wants
if sys.argv[1] == "shop_fastapi":
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(module.app, log_config=None)).run(sockets=[listening])
else:
    app = module.app if sys.argv[1] == "shop_flask" else module.application
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()
