"""Pages of drafts. Each fetches what may be seen, takes one step of a draft's life, renders or leads on."""

import re
import uuid
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chemsec.compendium import access as compendium
from chemsec.compendium import exports
from chemsec.compendium import queries as practices
from chemsec.platform import languages
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, fresh_proof, signed_in
from chemsec.platform.files.public import give
from chemsec.platform.forms import ReasonForm
from chemsec.platform.sent import once
from chemsec.platform.sharing import public as sharing
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, content, flows, forms, queries

SHORT_NUMBER = re.compile("[0-9]{1,18}")


# ── writing ──


@rule("draft.read")
@require_safe
@signed_in
def drafts(request):
    actor = actor_of(request)
    context = {"drafts": queries.drafts(actor, request.GET), "may_begin": access.can_begin(actor)}
    return render(request, "compendium/drafts.html", context)


@rule("draft.write")
@GET_AND_POST
@signed_in
@once
def draft_new(request):
    """Begin a practice: its title and the language that it is written in."""
    actor = actor_of(request)
    if not access.can_begin(actor):
        raise Http404
    start = {"language": languages.current().code}
    form = forms.BeginForm(request.POST or None, initial=start)
    if request.method == "POST" and (draft := done(form, flows.begin_draft, by=actor)):
        return redirect("draft_edit", draft_id=draft.pk)
    return render(request, "compendium/draft_new.html", {"form": form})


@rule("draft.write")
@GET_AND_POST
@signed_in
def draft_from(request):
    """Begin a practice from what a public page says of itself, or from a pasted document."""
    actor = actor_of(request)
    if not access.can_begin(actor):
        raise Http404
    form = forms.PrefillForm(request.POST or None, initial={"language": languages.current().code})
    if request.method == "POST" and (found := done(form, flows.find_words, by=actor)):
        return _begin_with(request, found)
    return render(request, "compendium/draft_from.html", {"form": form})


@once
def _begin_with(request, found):
    """Sent twice the words are looked for twice, and one draft is made."""
    draft = tried(request, flows.begin_with, found, by=actor_of(request))
    if not draft:
        return redirect("draft_from")
    messages.info(request, _("Filled in as it was found. Read every word: is it right, and yours to share?"))
    return redirect("draft_edit", draft_id=draft.pk)


@rule("draft.write")
@GET_AND_POST
@signed_in
@once
def collection_new(request):
    """Begin a collection, of the practices that the address names with `id` if it does."""
    actor = actor_of(request)
    if not access.can_begin(actor):
        raise Http404
    start = {"language": languages.current().code, "gathers": request.GET.getlist("id")}
    form = forms.CollectForm(request.POST or None, initial=start)
    if request.method == "POST" and (draft := done(form, flows.begin_draft, by=actor)):
        return redirect("draft_edit", draft_id=draft.pk)
    return render(request, "compendium/collection_new.html", {"form": form})


@rule("draft.write")
@GET_AND_POST
@signed_in
def revise(request, practice_id, number=None):
    """Begin the next edition of a practice, from the current one or from the one asked for."""
    actor = actor_of(request)
    practice = compendium.get(actor, practice_id)
    edition = practice.editions.filter(number=practice.current if number is None else number).first()
    if edition is None or not access.can_begin(actor, practice):
        raise Http404
    if under_way := queries.of_practice(actor, practice):
        return redirect("draft", draft_id=under_way.pk)
    begin = {"edition": edition, "claims": "claims" in request.POST}
    if request.method == "POST" and (draft := tried(request, flows.begin_draft, by=actor, **begin)):
        return redirect("draft_edit", draft_id=draft.pk)
    return render(request, "compendium/revise.html", {"practice": practice, "edition": edition})


@rule("draft.write")
@GET_AND_POST
@signed_in
def draft_edit(request, draft_id):
    """Write. With a script the page saves itself while one writes; a part of the page then says so."""
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if not access.writes(actor, draft):
        raise Http404
    if request.method != "POST":
        if not access.can_write(actor, draft):
            return redirect("draft", draft_id=draft.pk)
        form = forms.DraftForm(initial=draft.content | _aside(draft), draft=draft)
        return _edit_page(request, draft, form)
    form = forms.DraftForm(request.POST, draft=draft)
    conflicts = _save(form, draft, actor)
    draft = queries.saved_as(draft.pk)
    if request.htmx:
        context = {"form": form, "conflicts": conflicts, **_beside(draft)}
        return render(request, "compendium/parts/draft_edit__saved.html", context)
    if form.errors:
        return _edit_page(request, draft, _as_written(form, draft, conflicts), conflicts)
    for page in ("draft_submit", "draft_preview"):
        if page in request.POST:
            return redirect(page, draft_id=draft.pk)
    messages.success(request, _("Saved."))
    return redirect("draft_edit", draft_id=draft.pk)


def _save(form, draft, actor):
    """Keep what can be kept; what can't, stands in the form's errors. Return what others wrote meanwhile."""
    form.is_valid()
    aside = {name: form.cleaned_data.get(name) for name in forms.ASIDE}
    try:
        conflicts = flows.save_draft(
            draft, form.values(), seen=aside["revision"], page=aside["page"] or "", by=actor
        )
    except ValidationError as error:
        form.add_error(None, error)
        return {}
    for name in conflicts:
        form.add_error(
            name, _("Somebody else changed this while you wrote. Yours isn’t saved yet: see both.")
        )
    return conflicts


def _as_written(form, draft, conflicts):
    """The form as a page of its own: what couldn't be saved in the writer's words, the rest as saved."""
    unsaved = form.fields if form.non_field_errors() else form.errors
    written = {name: form[name].value() for name in unsaved if name in form.fields}
    again = forms.DraftForm(draft.content | written | _aside(draft), draft=draft)
    for name, errors in form.errors.items():
        if name in conflicts or name not in form.fields:
            again.add_error(name if name in form.fields else None, errors)
    return again


def _aside(draft):
    """What a page that is loaded now knows of itself."""
    return {"revision": draft.revision, "page": uuid.uuid4().hex}


def _edit_page(request, draft, form, conflicts=None):
    comments = queries.open_comments(actor_of(request), draft)
    context = {"form": form, "conflicts": conflicts or {}, "comments": comments, **_beside(draft)}
    return render(request, "compendium/draft_edit.html", context)


def _beside(draft):
    return {"draft": draft, "sheet": queries.advice(draft), "similar": queries.similar(draft)}


@rule("draft.write")
@GET_AND_POST
@signed_in
@fresh_proof
def draft_submit(request, draft_id):
    """Confirm what may be shared, and hand the draft to the editors."""
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if not access.writes(actor, draft):
        raise Http404
    form = forms.DeclarationForm(request.POST or None, initial={"revision": draft.revision})
    if request.method == "POST" and form.is_valid():
        said = {"note": form.cleaned_data["note"], "seen": form.cleaned_data["revision"]}
        if tried(request, flows.submit_draft, draft, by=actor, **said):
            messages.success(request, _("Submitted. An editor takes it up; you will be told."))
            return redirect("draft", draft_id=draft.pk)
        return redirect("draft_edit", draft_id=draft.pk)
    if draft.state not in access.OPEN:
        return redirect("draft", draft_id=draft.pk)
    context = {"draft": draft, "form": form, "sheet": queries.advice(draft)}
    return render(request, "compendium/draft_submit.html", context)


@rule("draft.write")
@GET_AND_POST
@signed_in
def draft_give_up(request, draft_id):
    """Also of what is locked: it would be in the way of the next."""
    actor = actor_of(request)
    draft = access.find(actor, draft_id)
    if not access.writes(actor, draft):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = ReasonForm(sent, label=_("Why, if you want to say it"), required=False)
    if form.is_valid():
        tried(request, flows.give_up_draft, draft, form.cleaned_data["text"], by=actor)
        return redirect("drafts")
    return render(request, "compendium/draft_give_up.html", {"draft": draft, "form": form})


# ── reading and review ──


@rule("draft.read")
@require_safe
@signed_in
def draft(request, draft_id):
    """The draft against the live edition, what is said about it, and what the reader may do with it."""
    return _draft_page(request, access.get(actor_of(request), draft_id))


def _draft_page(request, draft, *, decisions=None, comments=None):
    """The page with forms as they were sent: `decisions` by the name of the decision, `comments` by field."""
    actor = actor_of(request)
    decisions, comments = decisions or {}, comments or {}
    sheet = queries.sheet(actor, draft)
    can = {
        name: getattr(access, f"can_{name}")(actor, draft)
        for name in (
            "write",
            "take_up",
            "review",
            "send_back",
            "refresh",
            "publish",
            "comment",
            "settle",
            "judge",
            "share",
        )
    }
    context = {
        "draft": draft,
        "sheet": sheet,
        "can": can,
        "writes": access.writes(actor, draft),
        "shares": sharing.of_thing(actor, access.KIND, draft.pk),
        "is_guest": access.is_guest(actor, draft),
        "received": sharing.received(actor, access.KIND, draft.pk),
        "forms": {name: decisions.get(name) or _decision_form(name, draft) for name in DECISIONS},
        "sections": [
            (section, [(field, comments.get(field.code) or _comment_form(field.code)) for field in fields])
            for section, fields in sheet.sections
        ],
        "about_all": comments.get("") or _comment_form(""),
        "state": draft.get_state_display(),
    }
    return render(request, "compendium/draft.html", context)


def _comment_form(code, data=None):
    return forms.CommentForm(data, initial={"field": code}, auto_id=f"id_{code or 'all'}_%s")


@rule("draft.read")
@require_safe
@signed_in
def draft_preview(request, draft_id):
    draft = access.get(actor_of(request), draft_id)
    context = {"draft": draft, **_preview(draft)}
    return render(request, "compendium/draft_preview.html", context)


def _preview(draft):
    card = queries.preview(draft)
    return {"card": card, "gathered": practices.by_ids(ANYONE, card.edition.gathers or [])}


@rule("draft.read")
@require_safe
@signed_in
@fresh_factor
def draft_pdf(request, draft_id):
    """The draft as a document: to be printed, or shown to whoever has no account."""
    draft = access.get(actor_of(request), draft_id)
    made = exports.draft_as_pdf(queries.preview(draft))
    still = partial(access.can_read, draft=draft)
    return give(request, made, media_type="application/pdf", name=f"{draft.pk}.pdf", may=still)


@rule("draft.read")
@require_safe
@signed_in
def draft_history(request, draft_id):
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if not access.writes(actor, draft):
        raise Http404
    context = {
        "draft": draft,
        "sittings": queries.history(draft),
        "may_write": access.can_write(actor, draft),
    }
    return render(request, "compendium/draft_history.html", context)


@rule("draft.write")
@require_POST
@signed_in
def draft_restore(request, draft_id, number):
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if tried(request, flows.restore_revision, draft, number, by=actor):
        messages.success(request, _("Restored. How it was before stands in the history too."))
    return redirect("draft_edit", draft_id=draft.pk)


@rule("draft.review")
@require_POST
@signed_in
def draft_take_up(request, draft_id):
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    tried(request, flows.take_up, draft, by=actor)
    return redirect("draft", draft_id=draft.pk)


DECISIONS = {
    "ask_changes": (flows.ask_changes, ReasonForm, gettext_lazy("What should be different")),
    "accept": (flows.accept_draft, forms.AcceptForm, gettext_lazy("Word to the writers")),
    "decline": (flows.decline_draft, ReasonForm, gettext_lazy("Why it can’t be published")),
    "step_aside": (flows.declare_conflict, ReasonForm, gettext_lazy("What the conflict is")),
}


def _decision_form(decision, draft, data=None):
    _flow, kind, label = DECISIONS[decision]
    start = {"revision": draft.revision}
    form = kind(data, initial=start, label=label, auto_id=f"id_{decision}_%s")
    if isinstance(form, forms.AcceptForm) and content.is_collection(draft.content):
        form.keep_to_a_collection()
    return form


@rule("draft.review")
@require_POST
@signed_in
def draft_decide(request, draft_id, decision):
    """What an editor decides: ask for changes, accept, decline, or step aside for a conflict of interest. To
    accept binds.
    """
    decide = fresh_factor(_decide) if decision == "accept" else _decide
    return decide(request, draft_id, decision)


def _decide(request, draft_id, decision):
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if decision not in DECISIONS or not access.can_judge(actor, draft):
        raise Http404
    form = _decision_form(decision, draft, request.POST)
    if not form.is_valid():
        return _draft_page(request, draft, decisions={decision: form})
    seen = {"seen": form.cleaned_data["revision"]} if decision == "accept" else {}
    if tried(request, DECISIONS[decision][0], draft, form.cleaned_data["text"], by=actor, **seen):
        messages.success(request, _("Decided; its writers have been told."))
    return redirect("draft", draft_id=draft.pk)


@rule("draft.publish")
@GET_AND_POST
@signed_in
@fresh_factor
def draft_publish(request, draft_id):
    """The second person's word."""
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    if not access.is_second(actor, draft):
        raise Http404
    if request.method == "POST":
        seen = request.POST.get("revision", "")
        seen = int(seen) if SHORT_NUMBER.fullmatch(seen) else -1
        if edition := tried(request, flows.publish_draft, draft, seen=seen, by=actor):
            messages.success(request, _("Published. Readers see it from now on."))
            return redirect("practice", practice_id=edition.practice_id)
        return redirect("draft", draft_id=draft.pk)
    if draft.state != draft.State.ACCEPTED:
        return redirect("draft", draft_id=draft.pk)
    context = {"draft": draft, "sheet": queries.advice(draft), **_preview(draft)}
    return render(request, "compendium/draft_publish.html", context)


@rule("draft.write")
@require_POST
@signed_in
def draft_refresh(request, draft_id):
    """Bring in what a newer edition changed."""
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    both = tried(request, flows.refresh_draft, draft, by=actor)
    if both is True:
        messages.success(request, _("Brought up to date."))
    elif both:
        messages.info(
            request, _("Brought up to date. Where both changed something, a comment has the other words.")
        )
    elif both is not None:
        messages.success(request, _("Brought up to date."))
    return redirect("draft", draft_id=draft.pk)


# ── comments ──


@rule("draft.read")
@require_POST
@signed_in
@once
def comment_new(request, draft_id):
    actor = actor_of(request)
    draft = access.get(actor, draft_id)
    code = request.POST.get("field", "")
    if not access.can_comment(actor, draft) or (code and code not in content.FIELD_NAMES):
        raise Http404
    form = _comment_form(code, request.POST)
    answers = _answered(actor, draft, request.POST.get("answers", ""))
    if not form.is_valid():
        return _draft_page(request, draft, comments={code: form})
    if not done(form, flows.comment_draft, draft, by=actor, answers=answers):
        return _draft_page(request, draft, comments={code: form})
    return _at_field(draft, code)


def _answered(actor, draft, key):
    if not key:
        return None
    if not SHORT_NUMBER.fullmatch(key):
        raise Http404
    return access.comment_of(actor, draft.pk, int(key))


@rule("draft.read")
@require_POST
@signed_in
def comment_settle(request, draft_id, key):
    """Say that a comment has been dealt with; with `take`, its words are put in place."""
    actor = actor_of(request)
    comment = access.comment_of(actor, draft_id, key)
    tried(request, flows.settle_comment, comment, take="take" in request.POST, by=actor)
    return _at_field(comment.draft, comment.field)


def _at_field(draft, code):
    return redirect(f"{reverse('draft', args=[draft.pk])}#{code or 'about-all'}")
