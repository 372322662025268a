"""A Django project with its admin, over WSGI and over ASGI: an app in a folder, its packages in requirements.txt."""

import os

import modal

app = modal.App("blog")
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"


def prepare():
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from django.contrib.auth.models import User

    User.objects.create_superuser("root", "root@example.org", "pass")


@app.function(max_containers=1)
@modal.wsgi_app()
def web():
    prepare()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


@app.function(max_containers=1)
@modal.concurrent(max_inputs=10)
@modal.asgi_app()
def asynchronous():
    prepare()
    from django.core.asgi import get_asgi_application

    return get_asgi_application()
