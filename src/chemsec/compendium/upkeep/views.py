"""Pages of upkeep: confirming, withdrawing, and the editors' desk."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chemsec.compendium import exports
from chemsec.compendium import flows as practices
from chemsec.compendium.queries import cards
from chemsec.platform import languages
from chemsec.platform.access import rule
from chemsec.platform.accounts.public import actor_of, fresh_factor, signed_in
from chemsec.platform.files.public import give
from chemsec.platform.forms import ReasonForm
from chemsec.platform.steps import GET_AND_POST, done, tried

from . import access, flows, forms, queries

WHY_NOT = gettext_lazy("Why it should stay")

# ── one practice ──


@rule("practice.keep")
@GET_AND_POST
@signed_in
def practice_confirm(request, practice_id):
    """Say that a practice still holds as it stands."""
    actor = actor_of(request)
    practice = access.practice_to_keep(actor, practice_id)
    form = forms.ConfirmForm(request.POST or None, initial={"days": forms.REVIEW_AFTER.days})
    if request.method == "POST" and form.is_valid():
        if tried(request, practices.confirm_practice, practice, form.review_by, by=actor):
            messages.success(request, _("Thank you. Readers see that it was confirmed today."))
        return redirect("practice", practice_id=practice.pk)
    context = {"form": form, "card": cards([practice])[0]}
    return render(request, "compendium/practice_confirm.html", context)


@rule("withdrawal.propose")
@GET_AND_POST
@signed_in
def practice_withdraw(request, practice_id):
    """Propose that a practice is withdrawn."""
    actor = actor_of(request)
    practice = access.practice_to_withdraw(actor, practice_id)
    if waiting := practice.withdrawals.filter(state=access.WAITING).first():
        return redirect("withdrawal", key=waiting.pk)
    start = {"language": languages.current().code}
    form = forms.WithdrawalForm(request.POST or None, initial=start, user=actor)
    if request.method == "POST" and (made := done(form, flows.propose_withdrawal, practice, by=actor)):
        messages.success(request, _("Proposed. A second person decides; the practice stays until then."))
        return redirect("withdrawal", key=made.pk)
    context = {"form": form, "card": cards([practice])[0]}
    return render(request, "compendium/practice_withdraw.html", context)


# ── a withdrawal ──


@rule("withdrawal.read")
@require_safe
@signed_in
def withdrawal(request, key):
    return _page(request, access.get(actor_of(request), key))


def _page(request, found, decline=None):
    actor = actor_of(request)
    is_open = found.state == access.WAITING
    context = {
        "withdrawal": found,
        "card": cards([found.practice])[0],
        "successor": cards([found.successor])[0] if found.successor else None,
        "language_of_reason": languages.language(found.language),
        "is_second": is_open and access.is_second(actor, found),
        "can_take_back": is_open and access.can_take_back(actor, found),
        "decline": decline or ReasonForm(label=WHY_NOT),
    }
    return render(request, "compendium/withdrawal.html", context)


@rule("withdrawal.decide")
@GET_AND_POST
@signed_in
@fresh_factor
def withdrawal_carry_out(request, key):
    """The second person's word."""
    actor = actor_of(request)
    found = access.get(actor, key)
    if not access.is_second(actor, found):
        raise Http404
    if request.method == "POST":
        if tried(request, flows.carry_out_withdrawal, found, by=actor):
            messages.success(request, _("Withdrawn. Its page says why."))
            return redirect("practice", practice_id=found.practice_id)
        return redirect("withdrawal", key=key)
    context = {"withdrawal": found, "card": cards([found.practice])[0]}
    return render(request, "compendium/withdrawal_carry_out.html", context)


@rule("withdrawal.decide")
@require_POST
@signed_in
def withdrawal_decline(request, key):
    actor = actor_of(request)
    found = access.get(actor, key)
    if not access.is_second(actor, found):
        raise Http404
    form = ReasonForm(request.POST, label=WHY_NOT)
    if not form.is_valid():
        return _page(request, found, form)
    tried(request, flows.decline_withdrawal, found, form.cleaned_data["text"], by=actor)
    return redirect("withdrawal", key=key)


@rule("withdrawal.propose")
@require_POST
@signed_in
def withdrawal_take_back(request, key):
    actor = actor_of(request)
    tried(request, flows.take_back_withdrawal, access.get(actor, key), by=actor)
    return redirect("withdrawal", key=key)


# ── the editors' desk ──


def _editor(request):
    actor = actor_of(request)
    if not access.can_edit(actor):
        raise Http404
    return actor


@rule("compendium.edit")
@require_safe
@signed_in
def editors(request):
    return render(request, "compendium/editors.html", {"desk": queries.desk(_editor(request))})


@rule("compendium.edit")
@require_safe
@signed_in
def editors_list(request, code):
    """One of the lists of the editors' desk, all of it."""
    actor = _editor(request)
    found = _list_of(code)
    page, rows = found.page(actor, request.GET.get("page", "1"))
    return render(request, "compendium/editors_list.html", {"list": found, "page": page, "rows": rows})


@rule("compendium.edit")
@require_safe
@signed_in
@fresh_factor
def editors_file(request, code):
    """The same as a file. It isn't public: a second factor, and no more of it once the right has ended."""
    actor = _editor(request)
    found = _list_of(code)
    lines = [[cell.text for cell in row.cells] for row in found.all(actor)]
    made = exports.csv_of(found.columns, lines)
    return give(request, made, media_type="text/csv; charset=utf-8", name=f"{code}.csv", may=access.can_edit)


def _list_of(code):
    if code not in queries.LISTS:
        raise Http404
    return queries.LISTS[code]


@rule("compendium.edit")
@require_POST
@signed_in
def search_settle(request, key):
    """Note that a question that found nothing has been seen to; with `reopen`, that it hasn't after all."""
    actor = _editor(request)
    gap = access.search_of(actor, key)
    is_open = "reopen" in request.POST
    if tried(request, flows.settle_search, gap, is_open=is_open, by=actor) and not is_open:
        messages.success(request, _("Seen to: “%(question)s”") % {"question": gap.text[:80]})
    return redirect("editors_list", code="searches")
