"""Django: one effect a message, in the shop's own database and transaction.

    HTTP_TASK_SECRET=… python shop_django.py runserver 8080

The view is what to copy. Settings and URLs are yours already, and the table belongs into a migration:
migrations.RunSQL(list(hookproof_receiver.CLAIMS_TABLE)).
"""

import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from hookproof import VerificationError, Verifier
from hookproof_receiver import claim, create_claims_table

verifier = Verifier(secrets=os.environ["HTTP_TASK_SECRET"])


@csrf_exempt
@require_POST
def orders(request):
    try:
        delivery = verifier.verify(request.body, request.headers)
    except VerificationError as refused:
        return JsonResponse({"code": refused.code}, status=401)
    order = delivery.json()
    with transaction.atomic():  # an exception rolls back: 500, and the retry comes here again
        if claim(delivery, connection=connection, endpoint="orders", identity="json:/run"):
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO orders VALUES (%s)", [order["order"]])
    return JsonResponse({"shipped": True})


settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.db"}},
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
)
urlpatterns = [path("hooks/orders", orders)]
application = get_wsgi_application()

with transaction.atomic():
    create_claims_table(connection)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS orders (number INTEGER)")

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
