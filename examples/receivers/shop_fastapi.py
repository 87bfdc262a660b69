"""FastAPI and sqlite3: one effect a message, in the shop's own database and transaction.

    HTTP_TASK_SECRET=… uvicorn shop_fastapi:app --port 8080

The view is a `def`, which FastAPI runs in a thread: a claim waits for a transaction that holds the same
message, and must not stop the loop. With PostgreSQL, `psycopg.connect(…)` stands for `connect()`.
"""

import os
import sqlite3
from contextlib import closing
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse

from hookproof import VerificationError, Verifier
from hookproof_receiver import claim, create_claims_table

app = FastAPI()
verifier = Verifier(secrets=os.environ["HTTP_TASK_SECRET"])


def connect():
    return closing(sqlite3.connect("shop.db"))


with connect() as connection, connection:
    create_claims_table(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS orders (number INTEGER)")


async def raw_body(request: Request) -> bytes:
    return await request.body()


@app.post("/hooks/orders")
def orders(request: Request, body: Annotated[bytes, Depends(raw_body)]):
    try:
        delivery = verifier.verify(body, request.headers)
    except VerificationError as refused:
        return JSONResponse({"code": refused.code}, status_code=401)
    order = delivery.json()
    with connect() as connection, connection:  # an exception rolls back: 500, and the retry comes again
        if claim(delivery, connection=connection, endpoint="orders", identity="json:/run"):
            connection.execute("INSERT INTO orders VALUES (?)", [order["order"]])
    return {"shipped": True}
