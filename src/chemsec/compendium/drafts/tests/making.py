"""Drafts in every state, and the persons who have something to do with them."""

from dataclasses import dataclass

from chemsec.compendium.drafts import flows
from chemsec.compendium.models import Draft
from chemsec.platform.access import Actor
from chemsec.platform.accounts.models import Organisation, Role
from chemsec.platform.accounts.tests.people import member, organisation

WRITTEN = {
    "title": "Count the drums each evening",
    "summary": "The foreman counts the drums and signs the list. A missing drum is reported the same day.",
    "how_to_apply": "Number the drums.\nCount them at the end of the shift.",
    "stages": ["storage"],
    "audiences": ["manufacturer"],
    "measure_kinds": ["inventory_and_accounting"],
    "publisher_kind": "national_authority",
    "document_type": "guideline",
    "document_language": "en",
}


@dataclass
class Cast:
    arlandia: Organisation
    author: Actor
    colleague: Actor
    focal: Actor
    reader: Actor
    stranger: Actor  # focal point of another State
    reviewer: Actor
    second: Actor  # editor, as the two below
    third: Actor
    partial: Actor  # has declared a conflict of interest
    officer: Actor

    def bring(self, draft: Draft, state: str, **others: Actor) -> Draft:
        people = {"author": self.author, "reviewer": self.reviewer, "second": self.second}
        return bring_to(draft, state, **people | others)


def make_cast() -> Cast:
    arlandia = organisation("state", "Arlandia")
    secretariat = organisation("secretariat", "Secretariat")
    editors = {
        name: member("secretariat", Role.EDITOR, of=secretariat, name=name)
        for name in ("reviewer", "second", "third", "partial")
    }
    return Cast(
        arlandia,
        author=member("state", Role.CONTRIBUTOR, of=arlandia, name="author"),
        colleague=member("state", Role.CONTRIBUTOR, of=arlandia, name="colleague"),
        focal=member("state", Role.FOCAL_POINT, of=arlandia, name="focal"),
        reader=member("state", Role.READER, of=arlandia, name="reader"),
        stranger=member("state", Role.FOCAL_POINT, name="stranger"),
        officer=member("secretariat", Role.OFFICER, of=secretariat, name="officer"),
        **editors,
    )


def write(draft: Draft, by: Actor, **values) -> Draft:
    flows.save_draft(draft, WRITTEN | values, seen=draft.revision, by=by)
    return Draft.objects.get(pk=draft.pk)


def written(by: Actor, **values) -> Draft:
    """A new draft with nothing missing."""
    return write(flows.begin_draft(by=by), by, **values)


def revision_of(edition, by: Actor, *, claims: bool = False, **values) -> Draft:
    """A draft of the next edition, begun from this one and changed."""
    draft = flows.begin_draft(by=by, edition=edition, claims=claims)
    values = {"change_note": "One step more."} | values
    flows.save_draft(draft, values, seen=0, by=by)
    return Draft.objects.get(pk=draft.pk)


def bring_to(draft: Draft, state: str, *, author: Actor, reviewer: Actor, second: Actor) -> Draft:
    """Take the steps that lead a complete draft to this state."""
    seen = {"seen": draft.revision}
    steps = {
        "draft": [],
        "given_up": [lambda: flows.give_up_draft(draft, by=author)],
        "submitted": [lambda: flows.submit_draft(draft, by=author, **seen)],
    }
    steps["in_review"] = [*steps["submitted"], lambda: flows.take_up(draft, by=reviewer)]
    steps["changes_asked"] = [
        *steps["in_review"],
        lambda: flows.ask_changes(draft, "Say who counts.", by=reviewer),
    ]
    steps["declined"] = [
        *steps["in_review"],
        lambda: flows.decline_draft(draft, "It is there.", by=reviewer),
    ]
    steps["accepted"] = [*steps["in_review"], lambda: flows.accept_draft(draft, by=reviewer, **seen)]
    steps["published"] = [*steps["accepted"], lambda: flows.publish_draft(draft, by=second, **seen)]
    for step in steps[state]:
        step()
    return Draft.objects.get(pk=draft.pk)
