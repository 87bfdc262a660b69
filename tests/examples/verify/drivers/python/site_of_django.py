"""As much of a Django project as the view needs."""

import django_views
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.urls import path

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "orders.db"}},
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
)
urlpatterns = [path("hooks/orders", django_views.orders)]
application = get_wsgi_application()
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY)")
    cursor.execute("CREATE TABLE IF NOT EXISTS orders (body BLOB)")
