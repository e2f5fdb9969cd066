"""Pages of translations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chemsec.compendium.queries import NAMES
from chemsec.platform import languages
from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, fresh_proof, signed_in
from chemsec.platform.forms import ReasonForm
from chemsec.platform.steps import GET_AND_POST, tried
from chemsec.platform.text import tidy

from . import access, flows, forms, queries, xliff

WHAT_ELSE = gettext_lazy("What should be different")


@rule("translation.write")
@require_safe
@signed_in
def translations(request):
    """The board: practice × language."""
    actor = actor_of(request)
    if not access.can_translate(actor):
        raise Http404
    language = request.GET.get("language", "")
    wanted = queries.Wanted(
        language if languages.is_known(language) else "",
        request.GET.get("state", ""),
        tidy(request.GET.get("q", ""))[:200],
    )
    board = queries.board(actor, wanted, request.GET.get("page", "1"))
    context = {"board": board, "all_languages": languages.all_languages()}
    return render(request, "compendium/translations.html", context)


@rule("translation.write")
@GET_AND_POST
@signed_in
def translation(request, practice_id, language):
    """Source and translation side by side; saved into a working copy until somebody puts it in place."""
    actor = actor_of(request)
    practice, source = access.get(actor, practice_id, language)
    if request.method != "POST":
        sheet = queries.side_by_side(practice, source, language)
        return _page(request, sheet, forms.TranslationForm(sheet=sheet))
    _form, refused = _save(request, practice, source, language)
    if refused:
        return refused
    if "offer" not in request.POST:
        messages.success(request, _("Saved."))
    elif tried(request, flows.offer_translation, practice, language, by=actor):
        messages.success(request, _("Offered. Somebody else reviews it and puts it in place."))
    return redirect("translation", practice_id=practice.pk, language=language)


@rule("translation.place")
@require_POST
@signed_in
@fresh_factor
def translation_place(request, practice_id, language):
    """Save what the page holds, and show it to readers."""
    actor = actor_of(request)
    practice, source = access.get(actor, practice_id, language)
    if not access.may_place(actor):
        raise Http404
    form, refused = _save(request, practice, source, language)
    if refused:
        return refused
    if not tried(request, flows.place_translation, practice, language, seen=form.words(), by=actor):
        return _page_to_read_again(request, form)
    messages.success(request, _("In place. Readers see it from now on."))
    return redirect("translation", practice_id=practice.pk, language=language)


def _save(request, practice, source, language):
    """The form as it was sent and saved, and, where it couldn't be, the page that says why."""
    sheet = queries.side_by_side(practice, source, language)
    form = forms.TranslationForm(request.POST, sheet=sheet)
    if not form.is_valid():
        return form, _page(request, sheet, form)
    conflicts = flows.save_translation(
        practice, language, form.words(), seen=form.seen(), by=actor_of(request)
    )
    return form, _page_with_conflicts(request, form, conflicts) if conflicts else None


def _page_with_conflicts(request, form, theirs):
    """The page with the translator's words, and beside them what somebody else wrote there meanwhile."""
    mine = {code: form.words()[code] for code in theirs}
    said = {
        code: _("Somebody else wrote here meanwhile: %(words)s") % {"words": words or "–"}
        for code, words in theirs.items()
    }
    return _page(request, *_as_it_is_now(request, form.sheet, said, mine))


def _page_to_read_again(request, form):
    """The page as it is by now; beside what somebody else changed meanwhile, what had stood there."""
    before = form.words()
    sheet, _form = _as_it_is_now(request, form.sheet)
    said = {
        part.code: _("Somebody else changed this meanwhile. Before, it said: %(words)s")
        % {"words": before.get(part.code) or "–"}
        for part in sheet.parts
        if tidy(part.words).split() != before.get(part.code, "").split()
    }
    return _page(request, *_as_it_is_now(request, sheet, said))


def _as_it_is_now(request, sheet, said=(), mine=()):
    """Sheet and form as saved by now, with what is said about fields, and words that aren't saved yet."""
    language = sheet.language.code
    sheet = queries.side_by_side(*access.get(actor_of(request), sheet.practice.pk, language), language)
    now = {part.code: part.words for part in sheet.parts}
    seen = {f"seen_{code}": words for code, words in now.items()}
    form = forms.TranslationForm(now | dict(mine) | seen, sheet=sheet)
    for code in now.keys() & dict(said).keys():
        form.add_error(code, said[code])
    return sheet, form


def _page(request, sheet, form, upload=None, send_back=None):
    actor = actor_of(request)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": [(part, form[part.code], form[f"seen_{part.code}"]) for part in sheet.parts],
        "can_place": sheet.work is not None and access.can_place(actor, sheet.work),
        "can_review": access.can_review(actor, sheet.practice),
        "can_send_back": access.can_send_back(actor, sheet.practice, sheet.work),
        "send_back": send_back or ReasonForm(label=WHAT_ELSE),
        "upload": upload or forms.XliffForm(),
        "others": [one for one in languages.all_languages() if one.code != sheet.source.language],
    }
    return render(request, "compendium/translation.html", context)


@rule("translation.review")
@require_POST
@signed_in
@fresh_proof
def translation_review(request, practice_id, language):
    """Confirm the sections that were ticked."""
    actor = actor_of(request)
    practice, _source = access.get(actor, practice_id, language)
    if not access.can_review(actor, practice) or queries.in_place(practice, language) is None:
        raise Http404
    ticked = [name for name in request.POST.getlist("section") if name in NAMES]
    seen = {name: request.POST.get(f"seen_{name}", "") for name in ticked}
    if seen and tried(request, flows.review_translation, practice, language, seen, by=actor):
        messages.success(request, _("Reviewed. Readers see that somebody has checked it."))
    return redirect("translation", practice_id=practice.pk, language=language)


@rule("translation.review")
@require_POST
@signed_in
def translation_send_back(request, practice_id, language):
    """Give what was offered back to its translators."""
    actor = actor_of(request)
    practice, source = access.get(actor, practice_id, language)
    if not access.can_review(actor, practice):
        raise Http404
    said = ReasonForm(request.POST, label=WHAT_ELSE)
    if not said.is_valid():
        sheet = queries.side_by_side(practice, source, language)
        return _page(request, sheet, forms.TranslationForm(sheet=sheet), send_back=said)
    text = said.cleaned_data["text"]
    if tried(request, flows.send_back_translation, practice, language, text, by=actor):
        messages.success(request, _("Sent back. Its translators are told."))
    return redirect("translation", practice_id=practice.pk, language=language)


@rule("translation.write")
@require_safe
@signed_in
@fresh_proof
def translation_file(request, practice_id, language):
    """The sections as XLIFF, for translators' own tools. It takes words along that aren't published yet: a
    fresh proof, as for the editors' lists; of a company's people without a second factor their password.
    """
    practice, source = access.get(actor_of(request), practice_id, language)
    body = xliff.write_xliff(queries.side_by_side(practice, source, language))
    response = HttpResponse(body, content_type="application/xliff+xml")
    response["Content-Disposition"] = f'attachment; filename="{practice.pk}.{language}.xlf"'
    return response


@rule("translation.write")
@require_POST
@signed_in
def translation_upload(request, practice_id, language):
    """Take the words of an XLIFF file into the working copy."""
    actor = actor_of(request)
    practice, source = access.get(actor, practice_id, language)
    sheet = queries.side_by_side(practice, source, language)
    upload = forms.XliffForm(request.POST, request.FILES)
    if upload.is_valid():
        try:
            sent = xliff.read_xliff(upload.cleaned_data["file"], practice, source, language)
            read = forms.TranslationForm(_as_sent(sheet, sent), sheet=sheet)
            if read.is_valid():
                return _read_in(request, read, sent)
            upload.add_error("file", [error for errors in read.errors.values() for error in errors])
        except ValidationError as error:
            upload.add_error("file", error)
    return _page(request, sheet, forms.TranslationForm(sheet=sheet), upload)


def _as_sent(sheet, sent):
    """The words of a file as the page would send them."""
    return {part.code: part.words for part in sheet.parts} | {code: one.words for code, one in sent.items()}


def _read_in(request, form, sent):
    """Save what the file says. Where somebody wrote since it was exported, their words stay, and the page
    shows both.
    """
    practice, language = form.sheet.practice, form.sheet.language.code
    words = {code: text for code, text in form.words().items() if code in sent}
    seen = xliff.seen_before(sent, {part.code: part.words for part in form.sheet.parts})
    theirs = flows.save_translation(practice, language, words, seen=seen, by=actor_of(request))
    messages.success(request, _("Read in: %(n)s sections.") % {"n": len(words) - len(theirs)})
    if theirs:
        messages.error(
            request, _("Where somebody else wrote since the file was exported, nothing was changed: compare.")
        )
        return _page_with_conflicts(request, form, theirs)
    return redirect("translation", practice_id=practice.pk, language=language)
