"""A Django site in one file: a page of what SQLite holds, through the middleware that every new project has."""

import os
import tempfile

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpResponse
from django.template import engines
from django.urls import path

settings.configure(
    SECRET_KEY="not a secret",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.auth", "django.contrib.messages"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.path.join(tempfile.mkdtemp(prefix="bench-django-"), "db.sqlite3"),
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()


class Product(models.Model):
    name = models.CharField(max_length=50)
    price = models.IntegerField()

    class Meta:
        app_label = "bench"


call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    editor.create_model(Product)
Product.objects.bulk_create(Product(name=f"item <{number}>", price=number) for number in range(100))

PAGE = engines["django"].from_string(
    """<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<ul>{% for product in products %}
<li class="{% cycle 'even' 'odd' %}">{{ product.name }}: {{ product.price }}</li>{% endfor %}
</ul>"""
)


def products(request):
    cheap = Product.objects.filter(price__lt=int(request.GET["below"])).order_by("price")
    return HttpResponse(PAGE.render({"title": "Prices", "products": cheap}, request))


urlpatterns = [path("products", products)]
app = get_wsgi_application()
