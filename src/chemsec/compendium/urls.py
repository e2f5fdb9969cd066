from django.urls import path

from . import views
from .applications import views as applications
from .drafts import views as drafts
from .translations import views as translations
from .upkeep import views as upkeep

urlpatterns = [
    path("practices/", views.practices, name="practices"),
    path("practices/coverage/", views.coverage, name="coverage"),
    path("practices/compare/", views.compare, name="compare"),
    path("practices/booklet/", views.booklet_new, name="booklet_new"),
    path("practices/booklet/<uuid:job_id>/", views.booklet, name="booklet"),
    path("practices/list.<str:form>", views.practices_file, name="practices_file"),
    path("practices/<slug:practice_id>/", views.practice, name="practice"),
    path("practices/<slug:practice_id>/editions/<int:number>/", views.edition, name="edition"),
    path(
        "practices/<slug:practice_id>/editions/<int:number>/differences/",
        views.differences,
        name="differences",
    ),
    path("practices/<slug:practice_id>.<str:form>", views.practice_file, name="practice_file"),
    path("practices/<slug:practice_id>/revise/", drafts.revise, name="revise"),
    path("practices/<slug:practice_id>/editions/<int:number>/revise/", drafts.revise, name="revise"),
    path(
        "practices/<slug:practice_id>/applications/new/", applications.application_new, name="application_new"
    ),
    path("practices/<slug:practice_id>/signal/", applications.signal, name="signal"),
    path("applications/", applications.applications, name="applications"),
    path("applications/<uuid:key>/", applications.application, name="application"),
    path("applications/<uuid:key>/show/", applications.application_show, name="application_show"),
    path("applications/<uuid:key>/decline/", applications.application_decline, name="application_decline"),
    path("applications/<uuid:key>/withdraw/", applications.application_withdraw, name="application_withdraw"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/new/", drafts.draft_new, name="draft_new"),
    path("drafts/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft_id>/edit/", drafts.draft_edit, name="draft_edit"),
    path("drafts/<uuid:draft_id>/preview/", drafts.draft_preview, name="draft_preview"),
    path("drafts/<uuid:draft_id>/history/", drafts.draft_history, name="draft_history"),
    path("drafts/<uuid:draft_id>/history/<int:number>/", drafts.draft_restore, name="draft_restore"),
    path("drafts/<uuid:draft_id>/submit/", drafts.draft_submit, name="draft_submit"),
    path("drafts/<uuid:draft_id>/give-up/", drafts.draft_give_up, name="draft_give_up"),
    path("drafts/<uuid:draft_id>/refresh/", drafts.draft_refresh, name="draft_refresh"),
    path("drafts/<uuid:draft_id>/take-up/", drafts.draft_take_up, name="draft_take_up"),
    path("drafts/<uuid:draft_id>/decide/<slug:decision>/", drafts.draft_decide, name="draft_decide"),
    path("drafts/<uuid:draft_id>/publish/", drafts.draft_publish, name="draft_publish"),
    path("drafts/<uuid:draft_id>/comments/", drafts.comment_new, name="comment_new"),
    path("drafts/<uuid:draft_id>/comments/<int:key>/", drafts.comment_settle, name="comment_settle"),
    path("translations/", translations.translations, name="translations"),
    path(
        "practices/<slug:practice_id>/translations/<str:language>/",
        translations.translation,
        name="translation",
    ),
    path(
        "practices/<slug:practice_id>/translations/<str:language>/review/",
        translations.translation_review,
        name="translation_review",
    ),
    path(
        "practices/<slug:practice_id>/translations/<str:language>/file/",
        translations.translation_file,
        name="translation_file",
    ),
    path(
        "practices/<slug:practice_id>/translations/<str:language>/upload/",
        translations.translation_upload,
        name="translation_upload",
    ),
    path("practices/<slug:practice_id>/confirm/", upkeep.practice_confirm, name="practice_confirm"),
    path("practices/<slug:practice_id>/withdraw/", upkeep.practice_withdraw, name="practice_withdraw"),
    path("withdrawals/<uuid:key>/", upkeep.withdrawal, name="withdrawal"),
    path("withdrawals/<uuid:key>/carry-out/", upkeep.withdrawal_carry_out, name="withdrawal_carry_out"),
    path("withdrawals/<uuid:key>/decline/", upkeep.withdrawal_decline, name="withdrawal_decline"),
    path("withdrawals/<uuid:key>/take-back/", upkeep.withdrawal_take_back, name="withdrawal_take_back"),
    path("editors/", upkeep.editors, name="editors"),
    path("editors/<slug:code>/", upkeep.editors_list, name="editors_list"),
    path("editors/searches/<int:key>/settle/", upkeep.search_settle, name="search_settle"),
    path("stages/", views.stages, name="stages"),
    path("stages/<slug:code>/", views.stage, name="stage"),
    path("audiences/", views.audiences, name="audiences"),
    path("audiences/<slug:code>/", views.audience, name="audience"),
    path("articles/", views.articles, name="articles"),
    path("search/", views.search, name="search"),
    path("search/gap/", views.gap, name="gap"),
    path("list/", views.my_list, name="my_list"),
    path("list/change/", views.my_list_change, name="my_list_change"),
]
