from django.urls import path

from . import views

urlpatterns = [path("audit/checkpoints/<int:size>.txt", views.checkpoint, name="checkpoint")]
pages = [path("audit/", views.audit, name="audit")]
