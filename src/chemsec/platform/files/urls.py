from django.urls import path

from . import views

urlpatterns = [path("files/<uuid:key>/", views.stored_file, name="stored_file")]
