"""Pages of exercises, for programme officers; a list also for the States that are asked."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.needs.questionnaires import access as questionnaires
from chemsec.platform import languages
from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, signed_in
from chemsec.platform.forms import ReasonForm
from chemsec.platform.sent import once
from chemsec.platform.steps import GET_AND_POST, done

from . import access, flows, forms, queries

USUAL = timedelta(days=90)  # from opening to closing
REMINDERS = [30, 7, 1]
ENDINGS = {"close": flows.close_exercise, "cancel": flows.cancel_exercise}


@rule("exercise.manage")
@require_safe
@signed_in
def exercises(request):
    actor = actor_of(request)
    if not access.can_manage(actor):
        raise Http404
    return render(request, "needs/exercises.html", {"lines": queries.exercises(actor)})


@rule("exercise.manage")
@GET_AND_POST
@signed_in
@once
def exercise_new(request):
    actor = actor_of(request)
    today = timezone.localdate()
    start = {"opens_on": today, "closes_on": today + USUAL, "remind": REMINDERS, "name": today.year}
    start |= {"language": languages.current().code, "version": questionnaires.visible_to(actor).last()}
    form = _form(request, actor, start)
    if request.method == "POST" and (made := done(form, flows.make_exercise, by=actor)):
        return redirect("exercise", key=made.pk)
    return render(request, "needs/exercise_edit.html", {"form": form})


def _form(request, actor, start):
    if not access.can_manage(actor):
        raise Http404
    versions = questionnaires.visible_to(actor).order_by("questionnaire__code", "-number")
    return forms.ExerciseForm(request.POST or None, initial=start, versions=versions)


@rule("exercise.manage")
@GET_AND_POST
@signed_in
def exercise_edit(request, key):
    actor = actor_of(request)
    exercise = access.get(actor, key)
    names = ("version", "name", "opens_on", "closes_on", "remind", "words", "language")
    form = _form(request, actor, {name: getattr(exercise, name) for name in names})
    if request.method == "POST" and done(form, flows.change_exercise, exercise, by=actor):
        messages.success(request, _("Saved."))
        return redirect("exercise", key=key)
    return render(request, "needs/exercise_edit.html", {"form": form, "exercise": exercise})


@rule("exercise.manage")
@require_safe
@signed_in
def exercise(request, key):
    return _page(request, access.get(actor_of(request), key))


def _page(request, exercise, **sent):
    """The progress board, with forms as they were sent."""
    start = {"closes_on": timezone.localdate() + timedelta(days=30)}
    context = {
        "exercise": exercise,
        "board": queries.board(exercise, request.GET),
        "invite": forms.InviteForm(exercise=exercise),
        "endings": {way: _ending(way) for way in ENDINGS},
        "reopen": forms.ReopenForm(initial=start),
        "is_open": not exercise.is_over,
    }
    return render(request, "needs/exercise.html", context | sent)


@rule("exercise.manage")
@require_POST
@signed_in
@fresh_factor
def exercise_invite(request, key):
    actor = actor_of(request)
    found = access.get(actor, key)
    form = forms.InviteForm(request.POST, exercise=found)
    if made := done(form, flows.invite_states, found, by=actor):
        said = _("%(n)s States are asked; their focal points are told.")
        messages.success(request, said % {"n": languages.number(len(made))})
        return redirect("exercise", key=key)
    return _page(request, found, invite=form)


@rule("exercise.manage")
@require_POST
@signed_in
@fresh_factor
def exercise_end(request, key, way):
    """Close it or cancel it."""
    actor = actor_of(request)
    found = access.get(actor, key)
    if way not in ENDINGS:
        raise Http404
    form = _ending(way, request.POST)
    if done(form, ENDINGS[way], found, by=actor):
        return redirect("exercise", key=key)
    return _page(request, found, endings={one: _ending(one) for one in ENDINGS} | {way: form})


def _ending(way, sent=None):
    """Two of these stand on one page."""
    return ReasonForm(sent, label=_("Why; the States that were asked read it"), auto_id=f"{way}_%s")


@rule("exercise.manage")
@require_POST
@signed_in
@fresh_factor
def exercise_reopen(request, key):
    actor = actor_of(request)
    found = access.get(actor, key)
    form = forms.ReopenForm(request.POST)
    if done(form, flows.reopen_exercise, found, by=actor):
        return redirect("exercise", key=key)
    return _page(request, found, reopen=form)


@rule("exercise.manage")
@GET_AND_POST
@signed_in
def response_extend(request, key):
    """Give one State more time."""
    actor = actor_of(request)
    response = access.managed(actor, key)
    start = {"until": max(response.closes_on, timezone.localdate()) + timedelta(days=14)}
    form = forms.ExtendForm(request.POST or None, initial=start)
    if request.method == "POST" and done(form, flows.extend_response, response, by=actor):
        messages.success(request, _("Its focal points are told."))
        return redirect("exercise", key=response.exercise_id)
    return render(request, "needs/response_extend.html", {"form": form, "response": response})
