"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("leanship.features.accounts.urls")),
    path("organisation/jobs/", include("leanship.features.jobs.urls")),
    path("organisation/", include("leanship.features.org.urls")),
    path("import/", include("leanship.connect.urls")),
    path("", include("leanship.features.standing.urls")),
    path("productivity/", include("leanship.features.productivity.urls")),
    path("projects/", include("leanship.features.projects.urls")),
    path("savings/", include("leanship.features.savings.urls")),
    path("help/", include("leanship.web.help.urls")),
    path("api/", include("leanship.api.urls")),
]
