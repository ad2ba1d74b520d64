"""The yardstick of `pages.py`: a bare Django view that renders a table from one query, and nothing else.

No middleware, no session, no translation; the same server with the same settings as `leanship serve`, on the same
database. `/?rows=N` says how long the page is. By hand, for a look:

    python benchmarks/bare.py DATABASE PORT
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings
from django.db import connections, models
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><main><h1>{{ title }}</h1><table><thead><tr><th>Period</th><th>Figure</th></tr></thead><tbody>
{% for row in rows %}<tr><th scope="row"><a href="/figures/{{ row.pk }}/">Period {{ row.ordinal }}</a></th>
<td class="num">{{ row.value }}</td></tr>
{% endfor %}</tbody></table></main></body></html>
"""


def configure(database: Path) -> None:
    """The least that Django needs."""
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["127.0.0.1"],
        SECRET_KEY="a yardstick keeps no secrets",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_I18N=False,
        USE_TZ=True,
    )
    django.setup()


if not settings.configured:  # a worker of the server loads this file anew
    configure(Path(sys.argv[1]))


class Measurement(models.Model):
    """Rows there are enough of."""

    ordinal = models.IntegerField()
    value = models.BigIntegerField()

    class Meta:
        app_label = "bare"
        managed = False
        db_table = "productivity_measurement"


template = Template(PAGE)


def page(request: HttpRequest) -> HttpResponse:
    """A table of the first `rows` measurements."""
    rows = Measurement._default_manager.order_by("pk")[: int(request.GET["rows"])]
    text = template.render(Context({"title": "A bare page", "rows": rows})).encode()
    return HttpResponse(text, headers={"Content-Length": str(len(text))})


urlpatterns = [path("", page)]


def main() -> None:
    """Serve as `leanship.cli.serve.run` does: forked workers of one thread each."""
    from django.core.wsgi import get_wsgi_application
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    application = get_wsgi_application()
    connections.close_all()
    Granian(
        "bare:application",
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=1,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda *_: application)


if __name__ == "__main__":
    sys.modules["bare"] = sys.modules["__main__"]
    main()
