# mypy: ignore-errors
"""The same submission as a stock Django application: a ModelForm with 25 fields and 3 FileFields, answered with a page.

Runs in the venv of the peers. Settings as `startproject` makes them, without the CSRF check, which favours it. SQLite
as Django opens it (rollback journal, full sync, one commit a submission); files are written and not synced.
"""

import os
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

FOLDER = Path(os.environ["PEER_FOLDER"])
settings.configure(
    SECRET_KEY="measured only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "peer.db"}},
    MEDIA_ROOT=FOLDER / "media",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    LOGGING_CONFIG=None,
)
django.setup()

from django.db import connection, models  # noqa: E402
from django.forms import ModelForm  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.urls import path  # noqa: E402

TEXTS = os.environ["PEER_TEXTS"].split(",")
FILES = os.environ["PEER_FILES"].split(",")
PAGE = Engine().from_string("<h1>Received</h1><p>{{ id }}</p><dl>{% for f in files %}<dd>{{ f }}</dd>{% endfor %}</dl>")

members = {name: models.CharField(max_length=500) for name in TEXTS}
members |= {name: models.FileField(upload_to="%Y/%m/%d") for name in FILES}
Meta = type("Meta", (), {"app_label": "peer"})
Dossier = type("Dossier", (models.Model,), {**members, "Meta": Meta, "__module__": __name__})


class DossierForm(ModelForm):
    class Meta:
        model = Dossier
        fields = "__all__"


def submit(request):
    form = DossierForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=422)
    kept = form.save()
    return HttpResponse(PAGE.render(Context({"id": kept.pk, "files": [getattr(kept, name).name for name in FILES]})))


urlpatterns = [path("submit", submit)]
application = get_wsgi_application()

if __name__ == "__main__":
    with connection.schema_editor() as editor:
        editor.create_model(Dossier)
