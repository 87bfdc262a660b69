"""Flask and SQLAlchemy: one effect a message, in the shop's own database and transaction.

    HTTP_TASK_SECRET=… flask --app shop_flask run --port 8080

DATABASE_URL may name a PostgreSQL: postgresql+psycopg://…
"""

import os

from flask import Flask, request
from sqlalchemy import create_engine, text

from hookproof import VerificationError, Verifier
from hookproof_receiver import claim, create_claims_table

app = Flask(__name__)
verifier = Verifier(secrets=os.environ["HTTP_TASK_SECRET"])
engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///shop.db"))

with engine.begin() as connection:
    create_claims_table(connection)
    connection.execute(text("CREATE TABLE IF NOT EXISTS orders (number INTEGER)"))


@app.post("/hooks/orders")
def orders():
    try:
        delivery = verifier.verify(request.get_data(), request.headers)
    except VerificationError as refused:
        return {"code": refused.code}, 401
    order = delivery.json()
    with engine.begin() as connection:  # an exception rolls back: 500, and the retry comes here again
        if claim(delivery, connection=connection, endpoint="orders", identity="json:/run"):
            connection.execute(text("INSERT INTO orders VALUES (:order)"), {"order": order["order"]})
    return {"shipped": True}
