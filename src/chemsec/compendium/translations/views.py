"""Pages of translations."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.compendium.queries import NAMES
from chemsec.platform import languages
from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, signed_in
from chemsec.platform.steps import GET_AND_POST, tried
from chemsec.platform.text import tidy

from . import access, flows, forms, queries, xliff


@rule("translation.write")
@require_safe
@signed_in
def translations(request):
    """The board: practice × language."""
    actor = actor_of(request)
    if not access.can_translate(actor):
        raise Http404
    language = request.GET.get("language", "")
    if not languages.is_known(language):
        language = languages.current().code
    number = request.GET.get("page", "1")
    board = queries.board(actor, language, request.GET.get("state", ""), number)
    context = {"board": board, "all_languages": languages.all_languages()}
    return render(request, "compendium/translations.html", context)


@rule("translation.write")
@GET_AND_POST
@signed_in
def translation(request, practice_id, language):
    """Source and translation side by side; saved into a working copy until somebody puts it in place."""
    actor = actor_of(request)
    practice, source = access.get(actor, practice_id, language)
    sheet = queries.side_by_side(practice, source, language)
    if request.method != "POST":
        return _page(request, sheet, forms.TranslationForm(sheet=sheet))
    form = forms.TranslationForm(request.POST, sheet=sheet)
    if not form.is_valid():
        return _page(request, sheet, form)
    conflicts = flows.save_translation(practice, language, form.words(), seen=form.seen(), by=actor)
    if conflicts:
        return _page(request, sheet, _with_conflicts(form, sheet, conflicts))
    return _next(request, actor, practice, language, form)


def _next(request, actor, practice, language, form):
    """What the button asked for besides saving."""
    if "place" in request.POST:
        seen = form.words()
        if not tried(request, flows.place_translation, practice, language, seen=seen, by=actor):
            return _page(request, *_read_again(form, *access.get(actor, practice.pk, language)))
        messages.success(request, _("In place. Readers see it from now on."))
    elif "offer" in request.POST:
        if tried(request, flows.offer_translation, practice, language, by=actor):
            messages.success(request, _("Offered. Somebody else reviews it and puts it in place."))
    else:
        messages.success(request, _("Saved."))
    return redirect("translation", practice_id=practice.pk, language=language)


def _with_conflicts(form, sheet, theirs):
    """The form with the translator's words, and beside each field what somebody else made of it meanwhile."""
    data = form.data.copy()
    for code, words in theirs.items():
        data[f"seen_{code}"] = words
    again = forms.TranslationForm(data, sheet=sheet)
    for code, words in theirs.items():
        again.add_error(code, _("Somebody else wrote here meanwhile: %(words)s") % {"words": words})
    return again


def _read_again(form, practice, source):
    """The page as it is by now; beside what somebody else changed meanwhile, what had stood there."""
    sheet = queries.side_by_side(practice, source, form.sheet.language.code)
    now = {part.code: part.words for part in sheet.parts}
    again = forms.TranslationForm(now | {f"seen_{code}": words for code, words in now.items()}, sheet=sheet)
    for code, words in form.words().items():
        if code in now and tidy(now[code]).split() != words.split():
            said = _("Somebody else changed this meanwhile. Before, it said: %(words)s")
            again.add_error(code, said % {"words": words or "–"})
    return sheet, again


def _page(request, sheet, form, upload=None):
    actor = actor_of(request)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": [(part, form[part.code], form[f"seen_{part.code}"]) for part in sheet.parts],
        "can_place": access.can_place(actor, sheet.practice),
        "upload": upload or forms.XliffForm(),
        "others": [one for one in languages.all_languages() if one.code != sheet.source.language],
    }
    return render(request, "compendium/translation.html", context)


@rule("translation.place")
@require_POST
@signed_in
def translation_review(request, practice_id, language):
    """Confirm the sections that were ticked."""
    actor = actor_of(request)
    practice, _source = access.get(actor, practice_id, language)
    if not access.can_place(actor, practice) or queries.in_place(practice, language) is None:
        raise Http404
    names = [name for name in request.POST.getlist("section") if name in NAMES]
    if names and tried(request, flows.review_translation, practice, language, names, by=actor):
        messages.success(request, _("Reviewed. Readers see that somebody has checked it."))
    return redirect("translation", practice_id=practice.pk, language=language)


@rule("translation.write")
@require_safe
@signed_in
def translation_file(request, practice_id, language):
    """The sections as XLIFF, for translators' own tools."""
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
            words = xliff.read_xliff(upload.cleaned_data["file"], practice, source, language)
            read = forms.TranslationForm(_as_sent(sheet, words), sheet=sheet)
            if read.is_valid():
                flows.save_translation(practice, language, read.words(), seen=read.seen(), by=actor)
                messages.success(request, _("Read in: %(n)s sections.") % {"n": len(words)})
                return redirect("translation", practice_id=practice.pk, language=language)
            upload.add_error("file", [error for errors in read.errors.values() for error in errors])
        except ValidationError as error:
            upload.add_error("file", error)
    return _page(request, sheet, forms.TranslationForm(sheet=sheet), upload)


def _as_sent(sheet, words):
    """The words of a file as the page would send them."""
    shown = {part.code: part.words for part in sheet.parts}
    return shown | words | {f"seen_{code}": text for code, text in shown.items()}
