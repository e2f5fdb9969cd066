"""Reading exercises: one function a page."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q

from chemsec.platform import languages, taxonomy
from chemsec.platform.access import Actor
from chemsec.platform.accounts.models import Role
from chemsec.platform.models import RegionalGroup

from . import access
from .models import Exercise, Response

ORDER = list(Response.State)
DONE = (Response.State.SUBMITTED, Response.State.CLARIFICATION, Response.State.DONE)


@dataclass(frozen=True)
class Line:
    """An exercise in a list."""

    exercise: Exercise
    asked: int
    submitted: int


def exercises(actor: Actor) -> list[Line]:
    submitted = Count("responses", filter=Q(responses__state__in=DONE))
    found = access.visible_to(actor).annotate(asked=Count("responses"), submitted=submitted)
    newest_first = found.order_by("-opens_on", "-since")  # Django forgets a model's own order where it counts
    return [Line(one, one.asked, one.submitted) for one in newest_first]


@dataclass(frozen=True)
class Tile:
    """How far one State is. What it answers isn't here."""

    response: Response
    name: str
    answered: int
    has_people: bool
    is_readable: bool  # something is submitted, and the State's consent holds

    @property
    def step(self) -> int:
        """0 to 6, for its looks."""
        return ORDER.index(Response.State(self.response.state))


@dataclass(frozen=True)
class Group:
    name: str
    tiles: list[Tile]
    submitted: int


@dataclass(frozen=True)
class Board:
    groups: list[Group]
    counts: list[tuple[str, str, int]]  # state, its name, how many are in it
    chosen: str  # the state whose States are shown; empty: all
    total: int
    submitted: int
    asking: list[Tile]  # who asks for more time


def board(exercise: Exercise, chosen: Mapping[str, str]) -> Board:
    """The States as tiles by regional group: four queries, however many they are."""
    rows = exercise.responses.order_by()
    said = rows.filter(answers__is_given=True, answers__is_carried=False)
    answered = dict(said.values_list("pk").annotate(Count("answers")))
    current = {"owner__memberships__ended_at__isnull": True, "owner__memberships__role": Role.FOCAL_POINT}
    peopled = set(rows.filter(**current).values_list("owner", flat=True))
    submitted = rows.filter(submissions__isnull=False, submissions__withdrawn_at__isnull=True)
    readable = set(submitted.values_list("pk", flat=True))
    tiles = [
        Tile(one, one.owner.name, answered.get(one.pk, 0), one.owner_id in peopled, one.pk in readable)
        for one in rows.select_related("owner")
    ]
    tiles.sort(key=lambda tile: languages.in_order(tile.response.owner.bare_name))
    counts = Counter(tile.response.state for tile in tiles)
    state = chosen.get("state", "")
    shown = [tile for tile in tiles if state not in Response.State.values or tile.response.state == state]
    groups = [_group(code, tiles, shown) for code in RegionalGroup]
    return Board(
        [group for group in groups if group.tiles],
        [(one.value, str(one.label), counts[one]) for one in ORDER],
        state if state in Response.State.values else "",
        len(tiles),
        sum(1 for tile in tiles if tile.response.state in DONE),
        [tile for tile in tiles if tile.response.extension_asked_at],
    )


def _group(code: RegionalGroup, tiles: list[Tile], shown: list[Tile]) -> Group:
    here = [tile for tile in tiles if tile.response.owner.group == code]
    submitted = sum(1 for tile in here if tile.response.state in DONE)
    found = [tile for tile in shown if tile.response.owner.group == code]
    return Group(group_name(code), found, submitted)


def group_name(code: str) -> str:
    return taxonomy.in_language(taxonomy.regions()[code].names)
