"""What practices can be filtered by: ten facets, their values, and these in the reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chemsec.platform import languages, taxonomy

from .models import Edition


@dataclass(frozen=True)
class Facet:
    code: str  # in addresses, in the API and in Tag
    name: Promise
    scheme: str  # the vocabulary that its values come from; empty: languages or regions


FACETS = {
    facet.code: facet
    for facet in (
        Facet("stage", _("Life-cycle stage"), "stages"),
        Facet("measure", _("Kind of measure"), "measure_kinds"),
        Facet("audience", _("Audience"), "audiences"),
        Facet("facility", _("Facility type"), "facility_types"),
        Facet("region", _("Region"), ""),
        Facet("regulatory", _("Regulatory or not"), "regulatory"),
        Facet("document", _("Kind of document"), "document_types"),
        Facet("publisher", _("Publisher"), "publisher_kinds"),
        Facet("language", _("Language of the document"), ""),
        Facet("evidence", _("Evidence"), "evidence_grades"),
    )
}


def values(facet: str) -> tuple[str, ...]:
    """Every code that a facet may hold, in the order in which they are shown."""
    if facet == "region":
        return taxonomy.region_groups()
    if facet == "language":
        return languages.document_languages()
    return taxonomy.codes(FACETS[facet].scheme)


def name(facet: str, code: str, language: str | None = None) -> str:
    if facet == "region":
        return taxonomy.in_language(taxonomy.regions()[code].names, language)
    if facet == "language":
        return languages.document_language_name(code, language)
    return taxonomy.label(FACETS[facet].scheme, code, language)


REPORTS = 2  # organisations that must tell of a result before the grade rises


def grade_of(edition: Edition, reports: int) -> str:
    """The grade that readers see: what the edition states, or what its users report if that is more. Users
    never raise it further: an evaluation is something that somebody publishes.
    """
    grades = taxonomy.codes("evidence_grades")
    raised = "reported" if reports >= REPORTS else grades[0]
    return max(edition.evidence_grade, raised, key=grades.index)


def tags_of(edition: Edition) -> Iterator[tuple[str, str]]:
    """The pairs of facet and code under which an edition is found."""
    many: dict[str, Iterable[str]] = {
        "stage": edition.stages,
        "measure": edition.measure_kinds,
        "audience": edition.audiences,
        "facility": edition.facility_types,
        "region": groups_of(edition.scope),
        "regulatory": ["yes" if edition.is_regulatory else "no"],
        "document": [edition.document_type],
        "publisher": [edition.publisher_kind],
        "language": {edition.document_language, *edition.other_languages},
        "evidence": [edition.evidence_grade],
    }
    for facet, codes in many.items():
        for code in codes:
            yield facet, code


def groups_of(scope: str) -> list[str]:
    """The regional groups that a scope touches; `global` stands for itself."""
    kind, _colon, place = scope.partition(":")
    if kind == "national":
        return [taxonomy.states()[place].group]
    return taxonomy.regions()[place].groups if kind == "regional" else ["global"]


def is_scope(scope: str) -> bool:
    """Whether a scope names a State Party or a region that the reference data has."""
    kind, _colon, place = scope.partition(":")
    known = {"global": ("",), "national": taxonomy.states(), "regional": taxonomy.regions()}
    return place in known.get(kind, ())


def scope_name(scope: str, language: str | None = None) -> str:
    """Where a practice is meant for, in the reader's language."""
    kind, _colon, place = scope.partition(":")
    if kind == "national":
        return taxonomy.in_language(taxonomy.states()[place].names, language)
    return taxonomy.in_language(taxonomy.regions()[place or "global"].names, language)
