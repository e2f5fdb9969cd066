from django.urls import path

from . import views

urlpatterns = [
    path("shares/", views.shares, name="shares"),
    path("shares/new/<slug:kind>/<uuid:key>/", views.share_new, name="share_new"),
    path("shares/<uuid:share_id>/end/", views.share_end, name="share_end"),
]
