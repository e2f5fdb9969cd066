from django.urls import include, path

from . import api, oai, views

# What machines fetch stands under no language.
urlpatterns = [
    path(api.ROOT, include(api.urlpatterns)),
    path("oai", oai.oai, name="oai"),
    path("schemas/practice-1.0.xsd", oai.schema, name="schema"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", views.sitemap_file, name="sitemap_file"),
    path("calendar/<str:secret>.ics", views.calendar, name="calendar"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("download/compendium.<str:form>", views.download, name="download"),
    path("taxonomy/<slug:scheme>.<str:form>", views.taxonomy_file, name="taxonomy_file"),
    path("taxonomy/<slug:scheme>/", views.taxonomy_scheme, name="taxonomy_scheme"),
]

# Under a language; before the compendium's own, which would take `feed` for a practice.
pages = [
    path("practices/feed/", views.feed, name="feed"),
    path("doors/", views.doors, name="doors"),
    path("embed/", views.embed, name="embed"),
]
