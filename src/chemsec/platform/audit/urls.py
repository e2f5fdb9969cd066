from django.urls import path

from . import views

urlpatterns = [
    path("audit/checkpoints/<int:size>.txt", views.checkpoint, name="checkpoint"),
    path("audit/check-proof", views.check_proof, name="check_proof"),
]
pages = [
    path("audit/", views.audit, name="audit"),
    path("history/<slug:kind>/<slug:key>/", views.history, name="history"),
    path("history/<slug:kind>/<slug:key>/<int:seq>/proof.json", views.proof, name="proof"),
]
