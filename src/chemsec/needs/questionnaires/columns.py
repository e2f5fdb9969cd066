"""What stands where in an XLSForm of a questionnaire: shared by reading and writing.

XLSForm (xlsform.org) says most of a questionnaire itself. What it has no word for stands in attributes of the
portal's own (`bind::chemsec:…`, with a namespace in the settings), which other tools carry along and ignore.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from chemsec.kernel.questionnaire import EVIDENCE, TARGET, WEIGHT, Kind
from chemsec.platform import languages

NAMESPACE = 'chemsec="https://chemsec.example/xlsform"'
OWN = "bind::chemsec:"
TITLES = "chemsec_titles"  # among the settings: XLSForm has one title in one language
SHEETS = ("survey", "choices", "settings")
INTRO = "intro"  # the note that opens a form; of a section `<section>.intro`
SAID = ("label", "hint", "guidance_hint", "constraint_message")  # by language
PLAIN = ("type", "name", *SAID, "required", "relevant", "constraint", "appearance", "repeat_count")
ATTRIBUTES = ("kind", "stage", "stages", "measure_kinds", "unit", "sources")
TYPES: Mapping[Kind, str] = {
    Kind.MATURITY: "select_one",
    Kind.CHECK: "select_one",
    Kind.ONE: "select_one",
    Kind.MANY: "select_multiple",
    Kind.NUMBER: "decimal",
    Kind.TEXT: "text",
    Kind.DOCUMENT: "file",
    Kind.TABLE: "begin_repeat",
    Kind.RANKING: "rank",
}
ASPECTS = (TARGET, WEIGHT, EVIDENCE)
CHECK_LIST, IMPORTANCE_LIST = "check", "importance"

# what an XLSForm can't say of a questionnaire, for whoever takes one along
UNSAID = (
    _("“Don’t know”, “not applicable” and “prefer not to say”, which the portal takes for any answer."),
    _("A comment and documents beside any answer."),
    _("Stages, kinds of measure, sources and units: other tools carry them along, but don’t show them."),
    _("Who may see an answer, and which colleague gives it."),
)


def language_column(name: str, code: str) -> str:
    """`label::English (en)`, as XLSForm names a column of one language."""
    return f"{name}::{language_name(code)}"


def language_name(code: str) -> str:
    """Its tag without the script: what other tools look up."""
    return f"{languages.language(code).name} ({code.partition('-')[0]})"
