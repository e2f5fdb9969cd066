"""Data of the needs assessment: see its parts."""

from .questionnaires.models import Questionnaire, Version

__all__ = ["Questionnaire", "Version"]
