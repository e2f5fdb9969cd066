"""The shapes that the API takes and gives, as its OpenAPI document states them."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from chemsec.platform import languages, taxonomy

MAX_QUESTION = 2_000  # characters: the few sentences that matter most
MAX_MATCHES = 50

Code = Annotated[str, Field(max_length=60)]


class Needs(Schema):
    law: str | None
    staff: str | None
    time: str | None
    money: str | None


class Evidence(Schema):
    grade: str
    text: str | None


class Record(Schema):
    """An edition of a practice in one language; null is “not stated”."""

    id: str
    edition: int
    url: str
    title: str
    summary: str
    steps: list[str]
    needs: Needs
    evidence: Evidence
    limits: str | None
    language: str
    translation_state: str
    publisher: str
    publisher_kind: str
    year: int | None
    source_url: str | None
    source_url_kind: str | None
    source_checked: bool
    confirmed_by_publisher: bool
    document_type: str
    document_languages: list[str]
    scope: str
    regulatory: bool
    gathers: list[str] | None
    stages: list[str]
    audiences: list[str]
    facility_types: list[str]
    measure_kinds: list[str]
    published: str
    last_confirmed: str | None
    review_by: str
    invented: bool
    withdrawn: str | None


class Reason(Schema):
    """Why a practice was found: `text` is for people, `values` are the words or codes behind it."""

    kind: Literal["words", "sentence", "stages", "measure_kinds", "place"]
    text: str
    language: str
    values: list[str]


class Hit(Schema):
    id: str
    title: str
    url: str
    score: float = Field(description="0 to 1; from 0.5 on it fits")
    reasons: list[Reason]


class SchemeSummary(Schema):
    scheme: str
    title: str
    url: str
    turtle: str
    concepts: int


class Concept(Schema):
    code: str
    label: str
    definition: str
    labels: dict[str, str]


class State(Schema):
    iso3: str
    iso2: str
    group: str
    name: str
    names: dict[str, str]


class DeskItem(Schema):
    section: Literal["waiting", "drafts", "awaited"]
    what: str = Field(description="what is to be done or awaited")
    title: str
    language: str = Field(description="of the title")
    url: str
    since: str
    due: str | None


class DraftSummary(Schema):
    id: str
    url: str
    title: str
    language: str
    practice: str | None = Field(description="whose next edition it is; null: a new practice")
    owner: str
    state: str
    revision: int
    since: str = Field(description="when it came into its state")
    due: str | None
    changed: str


class Sent(Schema):
    """What somebody's program writes: no field that isn't known, and only characters that text can have."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def has_whole_characters(cls, value):
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text):
                raise PydanticCustomError("surrogate", _("There is half a character in it."))
        return value


class Content(Sent):
    """Fields of a draft; codes are those of the vocabularies."""

    title: str = ""
    summary: str = ""
    how_to_apply: str = ""
    needs_law: str = ""
    needs_staff: str = ""
    needs_time: str = ""
    needs_money: str = ""
    evidence: str = ""
    limits: str = ""
    change_note: str = Field("", description="only of a practice’s next edition")
    source_language: str = Field("", description="only of a new practice", max_length=60)
    publisher: str = ""
    publisher_kind: Code = ""
    year: int | None = None
    url: str = ""
    document_type: Code = ""
    document_language: Code = ""
    scope: str = Field("", max_length=120)
    is_regulatory: bool = False
    stages: list[Code] = []
    audiences: list[Code] = []
    measure_kinds: list[Code] = []
    facility_types: list[Code] = []
    evidence_grade: Code = ""
    gathers: list[str] = Field([], description="of a collection: ids of practices, in their order")


class DraftRecord(DraftSummary):
    content: Content


class Beginning(Sent):
    """A new practice by its title, or the next edition of `practice`."""

    title: str = Field("", max_length=500)
    language: str | None = Field(None, description="that a new practice is written in", max_length=60)
    practice: str | None = Field(None, min_length=1, max_length=120)
    edition: int | None = Field(None, ge=1, le=9999, description="to begin from; else the current one")
    claims: bool = Field(False, description="my organisation is its publisher")


class Change(Sent):
    revision: int = Field(ge=0, le=2**31 - 1, description="that this change was made on")
    content: Content = Field(description="the fields that change")


class Envelope(Schema):
    count: int
    next: str | None


class Records(Envelope):
    results: list[Record]


class DeskItems(Envelope):
    results: list[DeskItem]


class Drafts(Envelope):
    results: list[DraftSummary]


class Hits(Envelope):
    results: list[Hit]


class Schemes(Envelope):
    results: list[SchemeSummary]


class Concepts(Envelope):
    results: list[Concept]


class States(Envelope):
    results: list[State]


class Need(Schema):
    """What somebody lacks, in plain words; the codes say what the answer should be about."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_QUESTION)
    language: str = Field("en", description="of the text and of the answer", max_length=60)
    stage: Code | list[Code] | None = None
    audience: Code | list[Code] | None = None
    measure_kinds: list[Code] | None = None
    limit: int = Field(10, ge=1, le=MAX_MATCHES)

    @field_validator("text")
    @classmethod
    def is_words(cls, text: str) -> str:
        if not all(character.isprintable() or character.isspace() for character in text):
            raise PydanticCustomError("control_character", _("There is a control character in it."))
        words = " ".join(text.split())
        if not words:
            raise PydanticCustomError("blank", _("There is nothing in it."))
        return words

    @field_validator("language")
    @classmethod
    def is_a_language_of_the_portal(cls, tag: str) -> str:
        code = languages.from_tag(tag)
        if not languages.is_known(code):
            raise PydanticCustomError("language", _("It isn't a language of the portal."))
        return code

    @field_validator("stage")
    @classmethod
    def is_a_stage(cls, value):
        return _codes("stages", value)

    @field_validator("audience")
    @classmethod
    def is_an_audience(cls, value):
        return _codes("audiences", value)

    @field_validator("measure_kinds")
    @classmethod
    def are_measure_kinds(cls, value):
        return _codes("measure_kinds", value)


def _codes(scheme: str, value: str | list[str] | None) -> list[str]:
    codes = [value] if isinstance(value, str) else value or []
    for code in codes:
        if code not in taxonomy.codes(scheme):
            raise PydanticCustomError(
                "code",
                _("“{value}” isn't a code of the vocabulary “{scheme}”."),
                {"value": code, "scheme": scheme},
            )
    return list(dict.fromkeys(codes))
