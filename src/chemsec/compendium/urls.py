from django.urls import path

from . import views

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
