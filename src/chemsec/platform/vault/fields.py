"""Model fields whose values are sealed for the row's owner.

    text = SealedText(owner="owner_id")
    answers = SealedJson(owner="draft.owner_id", null=True)

`owner` names the attribute that holds the owner's UUID, by a path or a function of the row. On the row the
value is plain and is opened when it is read; where it doesn't open, it is `Locked`. SQL sees cells only: but
for `isnull`, queries by value are refused. A row needs its primary key before it is saved, or, where the
database gives that, another unique field, named by `row`, that never changes; and it keeps its owner for
good: where that changes behind its back (update(), another row that the path leads to), its cells don't open
until it is back. A field that is added to a table with rows must be null.
"""

import base64
import inspect
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.db.models.sql.compiler import SQLCompiler
from django.utils.functional import cached_property
from django.views.decorators.debug import sensitive_variables

from . import cells
from .cells import Place
from .errors import LOCKED, ForgottenError, LockedError, SealedError

Owner = str | Callable[[models.Model], UUID]


class Locked:
    """What is read where a cell doesn't open: false, empty, and a sentence when it is shown."""

    __slots__ = ("box", "reason")

    def __init__(self, box: "Box", reason: str):
        self.box = box
        self.reason = reason

    def __str__(self):
        return str(LOCKED)

    def __repr__(self):
        return "<locked>"

    def __bool__(self):
        return False

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())


def opened(value: Any) -> Any:
    """What was read from a sealed field, where nothing can be said without it; else LockedError."""
    if isinstance(value, Locked):
        raise LockedError(value.reason)
    return value


class Cell(bytes):
    """A cell on its way to the database: the proof that a value was sealed and not only assigned."""

    __slots__ = ()


UNREAD: Any = object()


class Box:
    """What a row holds for a sealed field: a cell from the database, or a value that was assigned."""

    __slots__ = ("cell", "owner", "plain", "replaces", "row", "value")

    def __init__(self, *, cell: bytes | None = None, value: Any = UNREAD, replaces: "Box | None" = None):
        self.cell = cell
        self.value = value
        self.plain: bytes | None = None  # as it was opened
        self.owner: UUID | None = (
            None  # whose it was when it was loaded, and of which row; None = not known yet
        )
        self.row: Any = None
        self.replaces = replaces

    def __repr__(self):
        return "<sealed>"

    def __deepcopy__(self, _memo):
        if self.cell is None:
            return Box(value=self.value, replaces=self.replaces)
        copy = Box(cell=self.cell)
        copy.owner, copy.row = self.owner, self.row
        return copy

    def __reduce__(self):
        if self.cell is None and self.value is not None:
            raise TypeError(
                "Save the row before it is pickled: what is sealed in it would be written in plain."
            )
        return _unpickle, (self.cell, self.owner, self.row)


def _unpickle(cell: bytes | None, owner: UUID | None, row: Any) -> Box:
    box = Box(cell=cell) if cell is not None else Box(value=None)
    box.owner, box.row = owner, row
    return box


class SealedAttribute(DeferredAttribute):
    """Opens a field's value when it is read, once a row."""

    field: "SealedField"

    def __get__(self, instance, cls=None):
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        box = instance.__dict__[self.field.attname]
        if box.value is UNREAD:
            self.field.unbox(box, instance)
        return box.value

    @sensitive_variables()
    def __set__(self, instance, value):
        held = instance.__dict__.get(self.field.attname)
        if isinstance(value, Locked):
            value = value.box
        if isinstance(value, Box):  # as it comes from the database, or goes back there
            if value.row is None:
                self.field.note_place(value, instance)
            instance.__dict__[self.field.attname] = value
        elif held is None or held.value is UNREAD or held.value is not value:
            stored = held and (held if held.cell is not None else held.replaces)
            instance.__dict__[self.field.attname] = Box(value=value, replaces=stored)


class SealedField(models.Field):
    """The base of sealed fields; see the module."""

    empty_strings_allowed = False
    descriptor_class = SealedAttribute

    def __init__(self, *args, owner: Owner, row: str = "pk", known_as: str = "", **kwargs):
        """known_as: `table.field` as first called, for a field that is renamed: cells are bound to it."""
        self.owner = owner
        self.row = row
        self.known_as = known_as
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        ours: dict[str, Any] = {"owner": self.owner}
        if self.row != "pk":
            ours["row"] = self.row
        if self.known_as:
            ours["known_as"] = self.known_as
        return name, path, args, kwargs | ours

    def check(self, **kwargs):
        unfit = [
            name
            for name, given in (
                ("primary_key", self.primary_key),
                ("unique", self.unique),
                ("db_index", getattr(self, "db_index", False)),
                ("db_default", self.has_db_default()),
            )
            if given
        ]
        if isinstance(self.row_field, models.AutoField):
            unfit.append("a primary key that the database gives")
        if not self.row_field.unique:
            unfit.append("a row that isn't unique")
        return super().check(**kwargs) + [
            checks.Error(f"A sealed field can't go with {name}.", obj=self, id="chemsec.E006")
            for name in unfit
        ]

    # --- what a value is in bytes ---

    def encode(self, value) -> bytes:
        raise NotImplementedError

    def decode(self, plain: bytes):
        raise NotImplementedError

    def to_bytes(self, text: str) -> bytes:
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{self} takes text without half characters (surrogates)") from None

    # --- where it is ---

    @property
    def related_path(self) -> str:
        """What to select with a row so that its owner is known without another query."""
        return "__".join(self.owner.split(".")[:-1]) if isinstance(self.owner, str) else ""

    def owner_of(self, instance: models.Model) -> UUID:
        if not isinstance(self.owner, str):
            owner: Any = self.owner(instance)
        else:
            owner = instance
            for name in self.owner.split("."):
                owner = getattr(owner, name, None)
        if isinstance(owner, str):
            owner = models.UUIDField().to_python(owner)
        if not isinstance(owner, UUID):
            raise LockedError(f"{self} has no owner: {self.owner} gives no UUID")
        return owner

    def place(self, instance: models.Model, owner: Any = None, row: Any = None) -> Place:
        """Where the value of this row is sealed; LockedError when the row isn't known well enough."""
        row = self.row_of(instance) if row is None else row
        if row is None:
            raise LockedError(
                f"{self} is bound to its row's {self.row_field.name}, which must be there before it is saved"
            )
        owner = owner if isinstance(owner, UUID) else self.owner_of(instance)
        return Place(owner, *self.called, self.row_text(row))

    @cached_property
    def called(self) -> tuple[str, str]:
        """The names of table and field that cells are bound to."""
        table, _, field = (self.known_as or f"{self.model._meta.db_table}.{self.column}").rpartition(".")
        return table, field

    @cached_property
    def row_field(self) -> models.Field:
        """What names the row in its cells."""
        meta = self.model._meta
        return meta.pk if self.row == "pk" else meta.get_field(self.row)  # type: ignore[return-value]

    def row_of(self, instance: models.Model) -> Any:
        return getattr(instance, self.row_field.attname)

    def row_text(self, row: Any) -> str:
        """What names the row as cells are bound to it, however it was written."""
        return str(self.row_field.to_python(row))

    def note_place(self, box: Box, instance: models.Model) -> None:
        """Remember whose and of which row a cell was loaded, as far as that is known by now."""
        known: dict[Any, Any] = instance.__dict__
        box.row = known.get(self.row_field.attname)
        box.owner = known.get(self.owner)

    # --- opening and sealing ---

    def unbox(self, box: Box, instance: models.Model) -> None:
        """Open a cell, so that its box holds the value: `Locked` when it doesn't open."""
        try:
            place = self.place(instance, box.owner, box.row)
            box.owner, box.row = place.owner, place.row
            box.plain = cells.open_cell(place, box.cell or b"")
            box.value = self.decode(box.plain)
        except LockedError as error:
            box.value = Locked(box, error.reason)

    def pre_save(self, model_instance, add):  # noqa: ARG002  Django's signature
        """The cell to store: the one that is there, unless the value or its place has changed."""
        if self.attname not in model_instance.__dict__:
            getattr(model_instance, self.attname)
        box = model_instance.__dict__[self.attname]
        if box.cell is None:
            self._keep_what_is_locked(box, model_instance)
            return None if box.value is None else self._seal(box.value, model_instance)
        here = self.place(model_instance)
        here_still = box.row is None or self.row_text(box.row) == here.row
        moved = not here_still or box.owner not in (None, here.owner)
        if moved and box.value is UNREAD:
            self.unbox(box, model_instance)
        if isinstance(box.value, Locked):
            if moved:
                raise LockedError(f"{self} is locked, and can't be copied or moved: {box.value.reason}")
            return Cell(box.cell)
        if not moved and (box.value is UNREAD or self.encode(box.value) == box.plain):
            return Cell(box.cell)
        return self._seal(box.value, model_instance)

    @sensitive_variables()
    def _seal(self, value, instance: models.Model) -> Cell:
        place = self.place(instance)
        box = Box(value=value)
        box.plain = self.encode(value)
        box.cell = cells.seal(place, box.plain)
        box.owner, box.row = place.owner, place.row
        instance.__dict__[self.attname] = box
        return Cell(box.cell)

    def _keep_what_is_locked(self, box: Box, instance: models.Model) -> None:
        """Refuse to write over what doesn't open but might again; what was forgotten may go."""
        before = box.replaces
        if before is None or (
            before.row and self.row_text(before.row) != self.row_text(self.row_of(instance))
        ):
            return
        try:
            cells.open_cell(self.place(instance, before.owner, before.row), before.cell or b"")
        except ForgottenError:
            return
        except LockedError as error:
            raise LockedError(f"{self} is locked, and nothing is written over it: {error.reason}") from None

    # --- the database's side ---

    def get_internal_type(self):
        return "BinaryField"

    def from_db_value(self, value, _expression, _connection):
        return None if value is None else Box(cell=bytes(value))

    def get_db_prep_value(self, value, connection, prepared=False):  # noqa: ARG002, FBT002  Django's signature
        if value is None:
            return None
        if not isinstance(value, Cell):
            raise self.refusal("written by update(), bulk_update() or as a value in a query")
        return connection.Database.Binary(value)

    def get_db_prep_save(self, value, connection):
        return self.get_db_prep_value(value, connection)

    def get_col(self, alias, output_field=None):
        """The column, for reading whole rows and for `isnull`; whoever else names the field is refused."""
        if output_field is None:
            frame = inspect.currentframe()
            asks = frame and frame.f_back and frame.f_back.f_code
            if asks is not SQLCompiler.get_default_columns.__code__:
                raise self.refusal(
                    "named in a query: no values(), F(), order_by(), annotate() or aggregate()"
                )
        return super().get_col(alias, output_field)

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise self.refusal("compared in a query: filter() and exclude() know only its isnull")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name):
        raise self.refusal(f"taken apart in a query by {lookup_name}")

    def refusal(self, what: str) -> SealedError:
        return SealedError(
            f"{self} is sealed, so it can't be {what}. The database holds ciphertext only:"
            " load the rows, then read the attribute."
        )

    def value_to_string(self, obj):
        """For dumpdata: the cell, never what is in it."""
        box = obj.__dict__.get(self.attname) or Box(value=None)
        if box.cell is None and box.value is not None:
            raise LockedError(f"{self} isn't saved yet")
        return None if box.cell is None else base64.b64encode(box.cell).decode()

    def clean(self, value, model_instance):
        return value if isinstance(value, Locked) else super().clean(value, model_instance)


class SealedText(SealedField):
    """Text of any length, sealed."""

    description = "Sealed text"

    @sensitive_variables()
    def encode(self, value) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self} takes text, not {type(value).__name__}")
        return self.to_bytes(value)

    def decode(self, plain: bytes) -> str:
        return plain.decode()

    def to_python(self, value):
        return value if value is None or isinstance(value, str) else str(value)


class SealedJson(SealedField):
    """Whatever JSON can hold, sealed. It may be changed in place: saving notices."""

    description = "Sealed JSON"

    @sensitive_variables()
    def encode(self, value) -> bytes:
        return self.to_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def decode(self, plain: bytes):
        return json.loads(plain)
