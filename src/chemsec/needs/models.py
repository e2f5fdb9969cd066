"""Data of the needs assessment: see its parts."""

from .exercises.models import Exercise, Response
from .questionnaires.models import Questionnaire, Version
from .responses.models import Answer, Remark, Rival, Submission

__all__ = [
    "Answer",
    "Exercise",
    "Questionnaire",
    "Remark",
    "Response",
    "Rival",
    "Submission",
    "Version",
]
