"""Pages of a State's response: its overview, a section to be answered, submitting, and what was submitted."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.kernel import replies
from chemsec.needs.exercises.models import Exercise, Response
from chemsec.platform.access import Visibility, rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, signed_in
from chemsec.platform.files.public import give
from chemsec.platform.steps import GET_AND_POST, done, tried
from chemsec.platform.text import tidy
from chemsec.platform.vault.public import opened

from . import access, flows, forms, queries

JSON = "application/json"
ALL = "*"  # in place of a question: every one of the section


# ── answering ──


@rule("response.read")
@require_safe
@signed_in
def responses(request):
    """What one's State is asked."""
    actor = actor_of(request)
    if actor.kind != access.STATE:
        raise Http404
    found = access.visible_to(actor).order_by("-exercise__opens_on")
    return render(request, "needs/responses.html", {"responses": found})


@rule("response.read")
@require_safe
@signed_in
def response(request, key):
    actor = actor_of(request)
    found = access.get(actor, key)
    context = {
        "response": found,
        "overview": queries.overview(actor, found),
        "seen_by": queries.SEEN_BY.items(),
        "writes": access.writes(actor, found),
        "manages": access.can_manage(actor, found),
        "is_fillable": found.state in access.OPEN,
        "may_submit": access.can_submit(actor, found),
        "takes_submissions": access.takes_submissions(found),
        "is_cancelled": found.exercise.state == Exercise.State.CANCELLED,
        "remark": forms.RemarkForm(),
    }
    return render(request, "needs/response.html", context)


@rule("response.answer")
@require_POST
@signed_in
def response_open(request, key):
    actor = actor_of(request)
    tried(request, flows.open_response, access.get(actor, key), by=actor)
    return redirect("response", key=key)


@rule("response.answer")
@GET_AND_POST
@signed_in
def response_section(request, key, code):
    """Answer a section. With a script each answer saves itself, and a part of the page says so."""
    actor = actor_of(request)
    found = access.get(actor, key)
    section = found.exercise.version.form.section(code)
    if section is None:
        raise Http404
    if request.method != "POST":
        return _section_page(request, found, code)
    if not access.writes(actor, found):
        raise Http404
    sent, wrong, error = _save(request, found, section, actor)
    if request.htmx:
        context = {"lines": queries.saved(found, sent, wrong), "wrong": wrong, "error": error}
        return render(request, "needs/parts/response_section__saved.html", context)
    if error:
        messages.error(request, error)
    if wrong or error:
        return _section_page(request, found, code, sent, wrong)
    if chosen := request.POST.get("choose", ""):
        name, _dot, which = chosen.partition(":")
        answer = found.answers.filter(code=name, code__in=[one.code for one in section.questions]).first()
        if answer is None:
            raise Http404
        tried(request, flows.choose_reply, answer, theirs=which == "theirs", by=actor)
        return redirect("response_section", key=key, code=code)
    if "next" in request.POST:
        after = queries.page(found, code).after
        return redirect("response_section", key=key, code=after) if after else redirect("response", key=key)
    messages.success(request, _("Saved."))
    return redirect("response_section", key=key, code=code)


def _section_page(request, found, code, sent=None, wrong=None):
    actor = actor_of(request)
    context = {
        "response": found,
        "page": queries.page(found, code, sent, wrong),
        "can_answer": access.can_answer(actor, found, code),
        "seen_by": queries.SEEN_BY.items(),
        "instead": queries.INSTEAD.items(),
        "remarks": [one for one in queries.remarks(found) if one.section == code],
    }
    return render(request, "needs/response_section.html", context)


def _save(request, found, section, actor):
    """Keep what was changed and can be kept: what was sent, what is wrong with it, and what is in the way."""
    fields = {name: [tidy(one) for one in values] for name, values in request.POST.lists()}
    sent, said, wrong = {}, {}, {}
    for question in section.questions:
        seen, _dot, before = request.POST.get(f"{question.code}:seen", "").partition(".")
        visibility = request.POST.get(f"{question.code}:visibility", "")
        reply = replies.read(question, fields)
        is_confirmed = request.POST.get("confirm") in {question.code, ALL}
        if not seen.isdigit() or (queries.fingerprint(reply, visibility) == before and not is_confirmed):
            continue
        sent[question.code] = reply
        if faults := list(replies.faults(question, reply)):
            wrong[question.code] = faults
        elif visibility and visibility not in flows.SEEN_BY:
            wrong[question.code] = [replies.Fault(question.code, "choice")]
        else:
            said[question.code] = flows.Said(reply, int(seen[:9]), visibility)
    try:
        if said:
            flows.save_replies(found, said, by=actor)
    except ValidationError as error:
        return sent, wrong, " ".join(error.messages)
    return sent, wrong, ""


@rule("response.answer")
@require_POST
@signed_in
def response_visibilities(request, key):
    """Who may see what, section by section."""
    actor = actor_of(request)
    found = access.get(actor, key)
    sections = found.exercise.version.form.sections
    chosen = {one.code: request.POST.get(one.code, Visibility.SECRETARIAT) for one in sections}
    if tried(request, flows.set_visibilities, found, chosen, by=actor):
        messages.success(request, _("Saved."))
    return redirect("response", key=key)


@rule("response.answer")
@require_POST
@signed_in
def response_extension(request, key):
    actor = actor_of(request)
    if tried(request, flows.ask_extension, access.get(actor, key), by=actor):
        messages.success(request, _("The Secretariat is asked for more time; you will be told."))
    return redirect("response", key=key)


# ── submitting ──


@rule("response.answer")
@require_POST
@signed_in
@fresh_factor
def response_sign(request, key):
    actor = actor_of(request)
    if tried(request, flows.sign_response, access.get(actor, key), by=actor):
        messages.success(request, _("Signed. Somebody else of your State submits it now."))
    return redirect("response", key=key)


@rule("response.answer")
@require_POST
@signed_in
def response_unsign(request, key):
    actor = actor_of(request)
    tried(request, flows.unsign_response, access.get(actor, key), by=actor)
    return redirect("response", key=key)


@rule("response.submit")
@require_POST
@signed_in
@fresh_factor
def response_submit(request, key):
    actor = actor_of(request)
    if tried(request, flows.submit_response, access.get(actor, key), by=actor):
        messages.success(
            request, _("Submitted. Take the receipt along: it proves what the portal took, and when.")
        )
    return redirect("response", key=key)


@rule("response.manage")
@require_POST
@signed_in
@fresh_factor
def response_withdraw(request, key):
    """Take the consent back."""
    actor = actor_of(request)
    if tried(request, flows.withdraw_consent, access.get(actor, key), by=actor):
        messages.success(
            request, _("From now on nobody but your State reads it, and no new figure counts it.")
        )
    return redirect("response", key=key)


# ── what was submitted ──


@rule("submission.read")
@require_safe
@signed_in
def submission(request, key, number=None):
    return _submission_page(request, access.submission(actor_of(request), key, number))


def _submission_page(request, found, **sent):
    actor = actor_of(request)
    reviews = access.reviews(actor)
    if reviews:
        flows.note_reading(found, by=actor)
    last = access.submission(actor, found.response_id)
    state = found.response.state
    decides = reviews and last.pk == found.pk
    read = queries.read(found)
    context = {
        "submission": found,
        "read": read,
        "response": found.response,
        "remarks": queries.remarks(found.response),
        "reviews": reviews,
        "may_ask_back": decides and state in {Response.State.SUBMITTED, Response.State.DONE},
        "may_settle": decides and state == Response.State.SUBMITTED,
        "remark": forms.RemarkForm(),
        "ask_back": forms.AskBackForm(sheet=read.sheet),
    }
    return render(request, "needs/submission.html", context | sent)


@rule("submission.read")
@require_safe
@signed_in
@fresh_factor
def submission_file(request, key, number, which):
    """The receipt, or the answers that it is for, to be taken home: the State's own."""
    actor = actor_of(request)
    found = access.submission(actor, key, number)
    if not access.is_member(actor, found.response) or which not in {"receipt", "answers"}:
        raise Http404
    content = opened(found.receipt if which == "receipt" else found.content)
    if which == "receipt":
        content = json.dumps(json.loads(content), indent=1, ensure_ascii=False)
    return give(
        request,
        content.encode(),
        media_type=JSON,
        name=f"{which}-{found.number}.json",
        may=lambda by: access.is_member(by, found.response),
    )


@rule("submission.review")
@require_POST
@signed_in
def response_ask_back(request, key):
    actor = actor_of(request)
    found = access.submission(actor, key)
    if not access.reviews(actor):
        raise Http404
    form = forms.AskBackForm(request.POST, sheet=queries.read(found).sheet)
    if done(form, flows.ask_back, found.response, by=actor):
        messages.success(request, _("Sent back; the State is told."))
        return redirect("submission", key=key)
    return _submission_page(request, found, ask_back=form)


@rule("submission.review")
@require_POST
@signed_in
def response_settle(request, key):
    actor = actor_of(request)
    found = access.submission(actor, key)
    tried(request, flows.settle_response, found.response, by=actor)
    return redirect("submission", key=key)


@rule("submission.read")
@require_POST
@signed_in
def response_remark(request, key):
    """Say something to the other side."""
    actor = actor_of(request)
    found = access.submission(actor, key)
    form = forms.RemarkForm(request.POST)
    if not done(form, flows.remark, found.response, by=actor):
        return render(request, "needs/response_remark.html", {"form": form})
    return redirect("submission" if access.reviews(actor) else "response", key=key)
