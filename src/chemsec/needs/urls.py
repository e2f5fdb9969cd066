from django.urls import path

from .questionnaires import views as questionnaires

urlpatterns = [
    path("questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("questionnaires/<slug:code>/<int:number>/", questionnaires.questionnaire, name="questionnaire"),
    path(
        "questionnaires/<slug:code>/<int:number>/preview/",
        questionnaires.questionnaire_preview,
        name="questionnaire_preview",
    ),
    path(
        "questionnaires/<slug:code>/<int:number>/file/",
        questionnaires.questionnaire_file,
        name="questionnaire_file",
    ),
    path(
        "questionnaires/<slug:code>/<int:number>/differences/",
        questionnaires.questionnaire_differences,
        name="questionnaire_differences",
    ),
    path(
        "questionnaires/<slug:code>/<int:number>/discard/",
        questionnaires.questionnaire_discard,
        name="questionnaire_discard",
    ),
]
