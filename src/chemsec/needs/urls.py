from django.urls import path

from .exercises import views as exercises
from .questionnaires import views as questionnaires
from .responses import views as responses

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
    path("exercises/", exercises.exercises, name="exercises"),
    path("exercises/new/", exercises.exercise_new, name="exercise_new"),
    path("exercises/<uuid:key>/", exercises.exercise, name="exercise"),
    path("exercises/<uuid:key>/edit/", exercises.exercise_edit, name="exercise_edit"),
    path("exercises/<uuid:key>/invite/", exercises.exercise_invite, name="exercise_invite"),
    path("exercises/<uuid:key>/reopen/", exercises.exercise_reopen, name="exercise_reopen"),
    path("exercises/<uuid:key>/end/<slug:way>/", exercises.exercise_end, name="exercise_end"),
    path("responses/", responses.responses, name="responses"),
    path("responses/<uuid:key>/", responses.response, name="response"),
    path("responses/<uuid:key>/open/", responses.response_open, name="response_open"),
    path("responses/<uuid:key>/sections/<slug:code>/", responses.response_section, name="response_section"),
    path("responses/<uuid:key>/visibilities/", responses.response_visibilities, name="response_visibilities"),
    path("responses/<uuid:key>/extend/", exercises.response_extend, name="response_extend"),
    path("responses/<uuid:key>/extension/", responses.response_extension, name="response_extension"),
    path("responses/<uuid:key>/sign/", responses.response_sign, name="response_sign"),
    path("responses/<uuid:key>/unsign/", responses.response_unsign, name="response_unsign"),
    path("responses/<uuid:key>/submit/", responses.response_submit, name="response_submit"),
    path("responses/<uuid:key>/withdraw/", responses.response_withdraw, name="response_withdraw"),
    path("responses/<uuid:key>/ask-back/", responses.response_ask_back, name="response_ask_back"),
    path("responses/<uuid:key>/settle/", responses.response_settle, name="response_settle"),
    path("responses/<uuid:key>/remark/", responses.response_remark, name="response_remark"),
    path("responses/<uuid:key>/submission/", responses.submission, name="submission"),
    path("responses/<uuid:key>/submission/<int:number>/", responses.submission, name="submission_number"),
    path(
        "responses/<uuid:key>/submission/<int:number>/<slug:which>/",
        responses.submission_file,
        name="submission_file",
    ),
]
