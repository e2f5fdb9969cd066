"""Pages of questionnaires."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chemsec.kernel.replies import read
from chemsec.platform import languages
from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, signed_in
from chemsec.platform.files.public import give
from chemsec.platform.steps import GET_AND_POST, tried

from . import access, flows, forms, queries
from .columns import UNSAID
from .items import KINDS
from .reading import read_xlsform
from .writing import write_xlsform


@rule("questionnaire.manage")
@GET_AND_POST
@signed_in
def questionnaires(request):
    """All of them, and the way by which one comes in."""
    actor = actor_of(request)
    if not access.can_manage(actor):
        raise Http404
    form, found = forms.XlsformForm(), None
    if request.method == "POST":
        form = forms.XlsformForm(request.POST, request.FILES)
        found = _read(form)
        if found and found.form and (made := tried(request, flows.keep_form, found.form, by=actor)):
            messages.success(request, _("Read in as version %(n)s.") % {"n": made.number})
            for remark in found.left_out:
                messages.warning(request, str(remark))
            return redirect("questionnaire", code=made.questionnaire.code, number=made.number)
    context = {"versions": queries.all_versions(actor), "form": form, "read": found, "unsaid": UNSAID}
    return render(request, "needs/questionnaires.html", context)


def _read(form):
    """What the workbook says; None where it is none."""
    if not form.is_valid():
        return None
    try:
        return read_xlsform(form.cleaned_data["file"])
    except ValidationError as error:
        form.add_error("file", error)
        return None


@rule("questionnaire.manage")
@require_safe
@signed_in
def questionnaire(request, code, number):
    actor = actor_of(request)
    version = access.get(actor, code, number)
    form = version.form
    others = [one for one in queries.all_versions(actor) if one.questionnaire == version.questionnaire]
    context = {
        "version": version,
        "sheet": queries.sheet(version, languages.current().code, {}),
        "kinds": [(KINDS[kind], count) for kind, count in queries.counts(form)],
        "total": sum(1 for _one in form.questions),
        "others": [one for one in others if one.number != version.number],
        "can_replace": access.can_replace(actor, version),
        "unsaid": UNSAID,
    }
    return render(request, "needs/questionnaire.html", context)


@rule("questionnaire.manage")
@GET_AND_POST
@signed_in
def questionnaire_preview(request, code, number):
    """As a State sees it; nothing that is answered here is kept."""
    version = access.get(actor_of(request), code, number)
    sent = dict(request.POST.lists())
    given = {question.code: read(question, sent) for question in version.form.questions}
    language = request.GET.get("in", languages.current().code)
    context = {"version": version, "sheet": queries.sheet(version, language, given)}
    return render(request, "needs/questionnaire_preview.html", context)


@rule("questionnaire.manage")
@require_safe
@signed_in
def questionnaire_file(request, code, number):
    """The XLSForm workbook."""
    version = access.get(actor_of(request), code, number)
    return give(
        request,
        write_xlsform(version.form, version.number),
        media_type=forms.XLSX,
        name=f"{code}-{number}.xlsx",
        may=access.can_manage,
    )


@rule("questionnaire.manage")
@require_safe
@signed_in
def questionnaire_differences(request, code, number):
    """What this version does otherwise than another one."""
    actor = actor_of(request)
    version = access.get(actor, code, number)
    older = request.GET.get("from", str(number - 1))
    if not older.isascii() or not older.isdigit() or len(older) > 4:  # noqa: PLR2004  digits of a version
        raise Http404
    before = access.get(actor, code, int(older))
    found = queries.changes(before, version, languages.current().code)
    context = {"version": version, "before": before, "changes": found}
    return render(request, "needs/questionnaire_differences.html", context)


@rule("questionnaire.manage")
@require_POST
@signed_in
def questionnaire_discard(request, code, number):
    actor = actor_of(request)
    version = access.get(actor, code, number)
    if tried(request, flows.discard_draft, version, by=actor):
        messages.success(request, _("Discarded."))
    return redirect("questionnaires")
